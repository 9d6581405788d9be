-- description: Customers as they were at a moment
-- parameter moment: timestamp | the moment, UTC | 2026-11-15 00:00:00
WITH asked AS (
  SELECT CAST(? AS timestamp) AS moment
)
SELECT c.customer_id, c.name, c.segment, c.country, c.priority, c.valid_from, c.valid_to, c.is_current
FROM {silver}.v_customers c
CROSS JOIN asked
WHERE c.valid_from <= asked.moment AND (c.valid_to IS NULL OR asked.moment < c.valid_to) AND NOT c.is_deleted
ORDER BY c.customer_id
