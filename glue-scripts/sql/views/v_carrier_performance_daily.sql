-- database: gold
-- description: How carriers did, by day, carrier and mode
-- column business_date: date | Date on the wall in the business time zone
-- column carrier: varchar | Standard Carrier Alpha Code; UNKNOWN when nobody stated it
-- column mode: varchar | Mode of transport
-- column carrier_name: varchar | Name of the carrier, newest of the day
-- column created: bigint | Shipments created on the day
-- column picked_up: bigint | Shipments picked up on the day
-- column delivered: bigint | Shipments delivered on the day
-- column on_time: bigint | Deliveries with a plan, within plan and grace
-- column late: bigint | Deliveries with a plan, after plan and grace
-- column on_time_share: double | on_time of on_time and late, 0 to 1; empty without a planned delivery
-- column exceptions: bigint | Exceptions on the day
-- column delay_minutes_mean: double | Mean delay of deliveries with a plan, minutes; early ones are negative
-- column delay_minutes_p50: double | Median of that delay, minutes
-- column delay_minutes_p90: double | 90th percentile of that delay, minutes
-- column weight_kg: decimal(18,3) | Weight delivered, kilograms
-- column shipping_cost: decimal(18,2) | Cost of the deliveries by rate card
-- column unpriced: bigint | Deliveries that have no price: weight, distance or card is missing
SELECT
  business_date,
  carrier,
  mode,
  carrier_name,
  created,
  picked_up,
  delivered,
  on_time,
  late,
  on_time_share,
  exceptions,
  delay_minutes_mean,
  delay_minutes_p50,
  delay_minutes_p90,
  weight_kg,
  shipping_cost,
  unpriced
FROM {gold}.carrier_performance_daily
