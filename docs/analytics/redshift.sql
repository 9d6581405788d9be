-- Written by "npm run generate:analytics" from glue-scripts/sql/views; changes here are lost.
-- Put in: the environment for <env>, the ARN of a role that may read the Glue catalog and the lake bucket for <role>.

CREATE EXTERNAL SCHEMA IF NOT EXISTS waybill_silver FROM DATA CATALOG DATABASE 'waybill_<env>_silver' IAM_ROLE '<role>';
CREATE EXTERNAL SCHEMA IF NOT EXISTS waybill_gold FROM DATA CATALOG DATABASE 'waybill_<env>_gold' IAM_ROLE '<role>';
CREATE SCHEMA IF NOT EXISTS waybill;

-- business_date date: Date on the wall in the business time zone
-- carrier varchar: Standard Carrier Alpha Code; UNKNOWN when nobody stated it
-- mode varchar: Mode of transport
-- carrier_name varchar: Name of the carrier, newest of the day
-- created bigint: Shipments created on the day
-- picked_up bigint: Shipments picked up on the day
-- delivered bigint: Shipments delivered on the day
-- on_time bigint: Deliveries with a plan, within plan and grace
-- late bigint: Deliveries with a plan, after plan and grace
-- on_time_share double: on_time of on_time and late, 0 to 1; empty without a planned delivery
-- exceptions bigint: Exceptions on the day
-- delay_minutes_mean double: Mean delay of deliveries with a plan, minutes; early ones are negative
-- delay_minutes_p50 double: Median of that delay, minutes
-- delay_minutes_p90 double: 90th percentile of that delay, minutes
-- weight_kg decimal(18,3): Weight delivered, kilograms
-- shipping_cost decimal(18,2): Cost of the deliveries by rate card
-- unpriced bigint: Deliveries that have no price: weight, distance or card is missing
CREATE OR REPLACE VIEW waybill.v_carrier_performance_daily AS
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
FROM waybill_gold.carrier_performance_daily
WITH NO SCHEMA BINDING;
COMMENT ON VIEW waybill.v_carrier_performance_daily IS 'How carriers did, by day, carrier and mode';

-- carrier_id varchar: Standard Carrier Alpha Code
-- name varchar: Name
-- mode varchar: Mode of transport
-- country varchar: Country, ISO 3166-1 alpha-2
-- valid_from timestamp: From when this version holds, inclusive
-- valid_to timestamp: Until when, exclusive; empty for the current version
-- is_current boolean: Whether it is the newest version
-- is_deleted boolean: Whether the row was deleted at valid_from
CREATE OR REPLACE VIEW waybill.v_carriers AS
SELECT
  carrier_id,
  name,
  mode,
  country,
  CAST(valid_from AS timestamp) AS valid_from,
  CAST(valid_to AS timestamp) AS valid_to,
  is_current,
  is_deleted
FROM waybill_silver.carriers
WITH NO SCHEMA BINDING;
COMMENT ON VIEW waybill.v_carriers IS 'Versions of each carrier over event time; times are UTC';

-- business_date date: Date on the wall in the business time zone
-- carrier varchar: Standard Carrier Alpha Code; UNKNOWN when nobody stated it
-- mode varchar: Mode of transport
-- lane varchar: Origin and destination by UN/LOCODE, for example NLRTM-USCHI
-- service_level varchar: Service level sold
-- customer_segment varchar: Segment of the customer when it happened
-- delivered bigint: Shipments delivered on the day
-- unpriced bigint: Deliveries that have no price: weight, distance or card is missing
-- chargeable_weight_kg decimal(18,3): Weight that is charged: actual or by volume, the larger; kilograms
-- distance_km bigint: Kilometres carried, summed over deliveries
-- base_freight decimal(18,2): Freight before the fuel surcharge
-- fuel_surcharge decimal(18,2): Fuel surcharge
-- shipping_cost decimal(18,2): base_freight and fuel_surcharge
-- currency varchar: ISO 4217
CREATE OR REPLACE VIEW waybill.v_cost_daily AS
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
FROM waybill_gold.cost_daily
WITH NO SCHEMA BINDING;
COMMENT ON VIEW waybill.v_cost_daily IS 'What deliveries cost, by day, carrier, mode, lane, service level and customer segment';

-- customer_id varchar: Key of the customer
-- name varchar: Name
-- segment varchar: Customer segment
-- country varchar: Country, ISO 3166-1 alpha-2
-- priority integer: 1 is the most urgent
-- valid_from timestamp: From when this version holds, inclusive
-- valid_to timestamp: Until when, exclusive; empty for the current version
-- is_current boolean: Whether it is the newest version
-- is_deleted boolean: Whether the row was deleted at valid_from
CREATE OR REPLACE VIEW waybill.v_customers AS
SELECT
  customer_id,
  name,
  segment,
  country,
  priority,
  CAST(valid_from AS timestamp) AS valid_from,
  CAST(valid_to AS timestamp) AS valid_to,
  is_current,
  is_deleted
FROM waybill_silver.customers
WITH NO SCHEMA BINDING;
COMMENT ON VIEW waybill.v_customers IS 'Versions of each customer over event time; times are UTC';

-- business_date date: Date on the wall in the business time zone
-- table_name varchar: Table that was judged
-- rules bigint: Rules that ran
-- rules_failed bigint: Rules that did not hold
-- halting bigint: Failed rules that stop publishing
-- warnings bigint: Failed rules that only warn
-- quality_score double: Rules that held, percent
CREATE OR REPLACE VIEW waybill.v_data_quality_daily AS
SELECT
  business_date,
  table_name,
  rules,
  rules_failed,
  halting,
  warnings,
  quality_score
FROM waybill_gold.data_quality_daily
WITH NO SCHEMA BINDING;
COMMENT ON VIEW waybill.v_data_quality_daily IS 'What the quality rules said, by day and table';

-- business_date date: Date on the wall in the business time zone
-- carrier varchar: Standard Carrier Alpha Code; UNKNOWN when nobody stated it
-- mode varchar: Mode of transport
-- lane varchar: Origin and destination by UN/LOCODE, for example NLRTM-USCHI
-- customer_segment varchar: Segment of the customer when it happened
-- exception_type varchar: Type of the exception event
-- exception_reason varchar: Reason code; UNKNOWN when none was given
-- exceptions bigint: Exceptions
-- shipments bigint: Shipments that had one
CREATE OR REPLACE VIEW waybill.v_exceptions_daily AS
SELECT
  business_date,
  carrier,
  mode,
  lane,
  customer_segment,
  exception_type,
  exception_reason,
  exceptions,
  shipments
FROM waybill_gold.exceptions_daily
WITH NO SCHEMA BINDING;
COMMENT ON VIEW waybill.v_exceptions_daily IS 'Exceptions by day, carrier, mode, lane, customer segment, type and reason';

-- business_date date: Date on the wall in the business time zone
-- lane varchar: Origin and destination by UN/LOCODE, for example NLRTM-USCHI
-- mode varchar: Mode of transport
-- delivered bigint: Shipments delivered on the day
-- transits bigint: Deliveries whose pick-up is known
-- transit_hours_mean double: Mean time from pick-up to delivery, hours
-- transit_hours_p10 double: 10th percentile of it, hours
-- transit_hours_p50 double: Median of it, hours
-- transit_hours_p90 double: 90th percentile of it, hours
-- transit_hours_min double: Shortest, hours
-- transit_hours_max double: Longest, hours
-- standard_transit_hours integer: What the lane should take, hours
-- within_standard bigint: Transits that took no longer
-- hub_stays bigint: Stays in hubs that ended on the day
CREATE OR REPLACE VIEW waybill.v_lane_performance_daily AS
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
FROM waybill_gold.lane_performance_daily
WITH NO SCHEMA BINDING;
COMMENT ON VIEW waybill.v_lane_performance_daily IS 'How long lanes take, by day, lane and mode';

-- order_id varchar: Key of the order
-- customer_id varchar: Customer
-- shipment_id varchar: Shipment that carries the order
-- service_level varchar: Service level sold
-- priority integer: 1 is the most urgent
-- status varchar: Status in the orders database
-- origin varchar: UN/LOCODE where the shipment starts
-- destination varchar: UN/LOCODE where it ends
-- weight_kg double: Weight, kilograms
-- volume_m3 double: Volume, cubic metres
-- goods_value decimal(14,2): Value of the goods
-- currency varchar: Currency of the value, ISO 4217
-- ordered_at timestamp: When it was ordered
-- requested_delivery timestamp: When the customer wants it
-- is_deleted boolean: Whether the order was deleted
-- source_time timestamp: When the newest change was committed in the database
CREATE OR REPLACE VIEW waybill.v_orders AS
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
FROM waybill_silver.orders
WITH NO SCHEMA BINDING;
COMMENT ON VIEW waybill.v_orders IS 'Current row of each order; deleted ones are marked; times are UTC';

-- business_date date: Date on the wall in the business time zone
-- carrier varchar: Standard Carrier Alpha Code; UNKNOWN when nobody stated it
-- mode varchar: Mode of transport
-- lane varchar: Origin and destination by UN/LOCODE, for example NLRTM-USCHI
-- customer_segment varchar: Segment of the customer when it happened
-- created bigint: Shipments created on the day
-- picked_up bigint: Shipments picked up on the day
-- delivered bigint: Shipments delivered on the day
-- on_time bigint: Deliveries with a plan, within plan and grace
-- late bigint: Deliveries with a plan, after plan and grace
-- on_time_share double: on_time of on_time and late, 0 to 1; empty without a planned delivery
-- exceptions bigint: Exceptions on the day
-- delay_minutes_mean double: Mean delay of deliveries with a plan, minutes; early ones are negative
-- delay_minutes_p50 double: Median of that delay, minutes
-- delay_minutes_p90 double: 90th percentile of that delay, minutes
-- weight_kg decimal(18,3): Weight delivered, kilograms
-- shipping_cost decimal(18,2): Cost of the deliveries by rate card
-- unpriced bigint: Deliveries that have no price: weight, distance or card is missing
CREATE OR REPLACE VIEW waybill.v_shipment_daily AS
SELECT
  business_date,
  carrier,
  mode,
  lane,
  customer_segment,
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
FROM waybill_gold.shipment_daily
WITH NO SCHEMA BINDING;
COMMENT ON VIEW waybill.v_shipment_daily IS 'What happened to shipments, by day, carrier, mode, lane and customer segment';

-- source varchar: Who sent it; with event_id the identity of the event
-- event_id varchar: Id of the event, unique per source
-- shipment_id varchar: Shipment it is about
-- operation varchar: What the event does: adds, corrects or takes back
-- event_type varchar: What happened
-- event_classifier varchar: PLANNED, ESTIMATED or ACTUAL
-- event_time timestamp: When it happened
-- published_time timestamp: When the sender created the event
-- arrival_time timestamp: When it reached the platform
-- carrier_scac varchar: Carrier, Standard Carrier Alpha Code
-- mode_of_transport varchar: Mode of transport
-- location_un_locode varchar: Place, UN/LOCODE
-- location_name varchar: Name of the place
-- location_country varchar: Country of the place, ISO 3166-1 alpha-2
-- planned_time timestamp: Planned time the sender states
-- estimated_time timestamp: Estimated time the sender states
-- reason_code varchar: Reason, normalized
-- reason_text varchar: Reason in the sender's words
-- vehicle_id varchar: Vehicle
-- equipment_id varchar: Container or other equipment
-- bronze_key varchar: Object in bronze that holds the event as it was sent
-- load_run varchar: Run that wrote the row
CREATE OR REPLACE VIEW waybill.v_shipment_events AS
SELECT
  source,
  event_id,
  shipment_id,
  operation,
  event_type,
  event_classifier,
  CAST(event_time AS timestamp) AS event_time,
  CAST(published_time AS timestamp) AS published_time,
  CAST(arrival_time AS timestamp) AS arrival_time,
  carrier_scac,
  mode_of_transport,
  location_un_locode,
  location_name,
  location_country,
  CAST(planned_time AS timestamp) AS planned_time,
  CAST(estimated_time AS timestamp) AS estimated_time,
  reason_code,
  reason_text,
  vehicle_id,
  equipment_id,
  bronze_key,
  load_run
FROM waybill_silver.shipment_events
WITH NO SCHEMA BINDING;
COMMENT ON VIEW waybill.v_shipment_events IS 'Every shipment event once; times are UTC';

-- shipment_id varchar: Key of the shipment
-- status varchar: Status derived from all ACTUAL events
-- status_time timestamp: Event time of the event that gives the status
-- carrier varchar: Standard Carrier Alpha Code
-- mode varchar: Mode of transport
-- service_level varchar: Service level sold
-- customer_id varchar: Customer
-- priority integer: 1 is the most urgent
-- origin varchar: UN/LOCODE where it starts
-- destination varchar: UN/LOCODE where it ends
-- lane varchar: Origin and destination, for example NLRTM-USCHI
-- created_time timestamp: When it was created
-- booked_time timestamp: When it was booked
-- picked_up_time timestamp: When it was picked up
-- delivered_time timestamp: When it was delivered
-- planned_pickup_time timestamp: Planned pick-up
-- planned_delivery_time timestamp: Planned delivery
-- estimated_delivery_time timestamp: Newest estimate of the delivery
-- delivery_delay_minutes double: Delivery after plan, minutes; negative when early
-- weight_kg double: Weight, kilograms
-- event_count integer: Events of the shipment
-- conflict_count integer: Contents of its events that lost a conflict
-- first_event_time timestamp: Earliest event time
-- last_event_time timestamp: Latest event time
-- source_version timestamp: Greatest published time among its events
-- load_run varchar: Run that wrote the row
CREATE OR REPLACE VIEW waybill.v_shipments AS
SELECT
  shipment_id,
  status,
  CAST(status_time AS timestamp) AS status_time,
  carrier,
  mode,
  service_level,
  customer_id,
  priority,
  origin,
  destination,
  lane,
  CAST(created_time AS timestamp) AS created_time,
  CAST(booked_time AS timestamp) AS booked_time,
  CAST(picked_up_time AS timestamp) AS picked_up_time,
  CAST(delivered_time AS timestamp) AS delivered_time,
  CAST(planned_pickup_time AS timestamp) AS planned_pickup_time,
  CAST(planned_delivery_time AS timestamp) AS planned_delivery_time,
  CAST(estimated_delivery_time AS timestamp) AS estimated_delivery_time,
  delivery_delay_minutes,
  weight_kg,
  event_count,
  conflict_count,
  CAST(first_event_time AS timestamp) AS first_event_time,
  CAST(last_event_time AS timestamp) AS last_event_time,
  CAST(source_version AS timestamp) AS source_version,
  load_run
FROM waybill_silver.shipments
WITH NO SCHEMA BINDING;
COMMENT ON VIEW waybill.v_shipments IS 'One row a shipment, as all its events tell it; times are UTC';
