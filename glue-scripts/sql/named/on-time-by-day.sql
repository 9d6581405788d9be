-- description: Deliveries on time by day, with the mean of seven days
-- parameter from_date: date | first business date | 2026-11-01
-- parameter to_date: date | last business date | 2026-11-30
WITH days AS (
  SELECT business_date, sum(delivered) AS delivered, sum(on_time) AS on_time, sum(late) AS late
  FROM {gold}.v_shipment_daily
  WHERE business_date BETWEEN ? AND ?
  GROUP BY business_date
)
SELECT business_date, delivered, on_time, late,
  round(100.0 * on_time / nullif(on_time + late, 0), 1) AS on_time_percent,
  round(100.0 * sum(on_time) OVER seven / nullif(sum(on_time) OVER seven + sum(late) OVER seven, 0), 1) AS seven_day_percent
FROM days
WINDOW seven AS (ORDER BY business_date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)
ORDER BY business_date
