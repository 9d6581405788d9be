-- database: silver
-- description: Current row of each order; deleted ones are marked; times are UTC
-- column order_id: varchar | Key of the order
-- column customer_id: varchar | Customer
-- column shipment_id: varchar | Shipment that carries the order
-- column service_level: varchar | Service level sold
-- column priority: integer | 1 is the most urgent
-- column status: varchar | Status in the orders database
-- column origin: varchar | UN/LOCODE where the shipment starts
-- column destination: varchar | UN/LOCODE where it ends
-- column weight_kg: double | Weight, kilograms
-- column volume_m3: double | Volume, cubic metres
-- column goods_value: decimal(14,2) | Value of the goods
-- column currency: varchar | Currency of the value, ISO 4217
-- column ordered_at: timestamp | When it was ordered
-- column requested_delivery: timestamp | When the customer wants it
-- column is_deleted: boolean | Whether the order was deleted
-- column source_time: timestamp | When the newest change was committed in the database
SELECT
  order_id,
  customer_id,
  shipment_id,
  service_level,
  priority,
  status,
  origin,
  destination,
  weight_kg,
  volume_m3,
  goods_value,
  currency,
  CAST(ordered_at AS timestamp) AS ordered_at,
  CAST(requested_delivery AS timestamp) AS requested_delivery,
  is_deleted,
  CAST(source_time AS timestamp) AS source_time
FROM {silver}.orders
