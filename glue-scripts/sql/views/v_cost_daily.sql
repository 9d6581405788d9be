-- database: gold
-- description: What deliveries cost, by day, carrier, mode, lane, service level and customer segment
-- column business_date: date | Date on the wall in the business time zone
-- column carrier: varchar | Standard Carrier Alpha Code; UNKNOWN when nobody stated it
-- column mode: varchar | Mode of transport
-- column lane: varchar | Origin and destination by UN/LOCODE, for example NLRTM-USCHI
-- column service_level: varchar | Service level sold
-- column customer_segment: varchar | Segment of the customer when it happened
-- column delivered: bigint | Shipments delivered on the day
-- column unpriced: bigint | Deliveries that have no price: weight, distance or card is missing
-- column chargeable_weight_kg: decimal(18,3) | Weight that is charged: actual or by volume, the larger; kilograms
-- column distance_km: bigint | Kilometres carried, summed over deliveries
-- column base_freight: decimal(18,2) | Freight before the fuel surcharge
-- column fuel_surcharge: decimal(18,2) | Fuel surcharge
-- column shipping_cost: decimal(18,2) | base_freight and fuel_surcharge
-- column currency: varchar | ISO 4217
SELECT
  business_date,
  carrier,
  mode,
  lane,
  service_level,
  customer_segment,
  delivered,
  unpriced,
  chargeable_weight_kg,
  distance_km,
  base_freight,
  fuel_surcharge,
  shipping_cost,
  currency
FROM {gold}.cost_daily
