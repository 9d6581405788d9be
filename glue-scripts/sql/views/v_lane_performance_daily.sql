-- database: gold
-- description: How long lanes take, by day, lane and mode
-- column business_date: date | Date on the wall in the business time zone
-- column lane: varchar | Origin and destination by UN/LOCODE, for example NLRTM-USCHI
-- column mode: varchar | Mode of transport
-- column delivered: bigint | Shipments delivered on the day
-- column transits: bigint | Deliveries whose pick-up is known
-- column transit_hours_mean: double | Mean time from pick-up to delivery, hours
-- column transit_hours_p10: double | 10th percentile of it, hours
-- column transit_hours_p50: double | Median of it, hours
-- column transit_hours_p90: double | 90th percentile of it, hours
-- column transit_hours_min: double | Shortest, hours
-- column transit_hours_max: double | Longest, hours
-- column standard_transit_hours: integer | What the lane should take, hours
-- column within_standard: bigint | Transits that took no longer
-- column hub_stays: bigint | Stays in hubs that ended on the day
SELECT
  business_date,
  lane,
  mode,
  delivered,
  transits,
  transit_hours_mean,
  transit_hours_p10,
  transit_hours_p50,
  transit_hours_p90,
  transit_hours_min,
  transit_hours_max,
  standard_transit_hours,
  within_standard,
  hub_stays
FROM {gold}.lane_performance_daily
