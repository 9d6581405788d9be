-- description: Lanes by late deliveries: how many, what share, how late
-- parameter from_date: date | first business date | 2026-11-01
-- parameter to_date: date | last business date | 2026-11-30
SELECT lane, mode, sum(delivered) AS delivered, sum(late) AS late,
  round(100.0 * sum(late) / nullif(sum(on_time) + sum(late), 0), 1) AS late_percent,
  max(delay_minutes_p90) AS worst_daily_p90_minutes
FROM {gold}.v_shipment_daily
WHERE business_date BETWEEN ? AND ?
GROUP BY lane, mode
HAVING sum(late) > 0
ORDER BY late DESC, lane, mode
LIMIT 100
