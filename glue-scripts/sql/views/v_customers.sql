-- database: silver
-- description: Versions of each customer over event time; times are UTC
-- column customer_id: varchar | Key of the customer
-- column name: varchar | Name
-- column segment: varchar | Customer segment
-- column country: varchar | Country, ISO 3166-1 alpha-2
-- column priority: integer | 1 is the most urgent
-- column valid_from: timestamp | From when this version holds, inclusive
-- column valid_to: timestamp | Until when, exclusive; empty for the current version
-- column is_current: boolean | Whether it is the newest version
-- column is_deleted: boolean | Whether the row was deleted at valid_from
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
FROM {silver}.customers
