-- database: gold
-- description: Exceptions by day, carrier, mode, lane, customer segment, type and reason
-- column business_date: date | Date on the wall in the business time zone
-- column carrier: varchar | Standard Carrier Alpha Code; UNKNOWN when nobody stated it
-- column mode: varchar | Mode of transport
-- column lane: varchar | Origin and destination by UN/LOCODE, for example NLRTM-USCHI
-- column customer_segment: varchar | Segment of the customer when it happened
-- column exception_type: varchar | Type of the exception event
-- column exception_reason: varchar | Reason code; UNKNOWN when none was given
-- column exceptions: bigint | Exceptions
-- column shipments: bigint | Shipments that had one
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
FROM {gold}.exceptions_daily
