-- database: silver
-- description: Versions of each carrier over event time; times are UTC
-- column carrier_id: varchar | Standard Carrier Alpha Code
-- column name: varchar | Name
-- column mode: varchar | Mode of transport
-- column country: varchar | Country, ISO 3166-1 alpha-2
-- column valid_from: timestamp | From when this version holds, inclusive
-- column valid_to: timestamp | Until when, exclusive; empty for the current version
-- column is_current: boolean | Whether it is the newest version
-- column is_deleted: boolean | Whether the row was deleted at valid_from
SELECT
  carrier_id,
  name,
  mode,
  country,
  CAST(valid_from AS timestamp) AS valid_from,
  CAST(valid_to AS timestamp) AS valid_to,
  is_current,
  is_deleted
FROM {silver}.carriers
