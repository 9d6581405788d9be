-- description: Carrier league table: carriers by share of deliveries on time
-- parameter from_date: date | first business date | 2026-11-01
-- parameter to_date: date | last business date | 2026-11-30
SELECT rank() OVER (ORDER BY CAST(sum(on_time) AS double) / nullif(sum(on_time) + sum(late), 0) DESC) AS place,
  carrier, max(carrier_name) AS carrier_name, sum(delivered) AS delivered, sum(on_time) AS on_time, sum(late) AS late,
  round(100.0 * sum(on_time) / nullif(sum(on_time) + sum(late), 0), 1) AS on_time_percent,
  sum(exceptions) AS exceptions, sum(shipping_cost) AS shipping_cost
FROM {gold}.v_carrier_performance_daily
WHERE business_date BETWEEN ? AND ?
GROUP BY carrier
HAVING sum(on_time) + sum(late) > 0
ORDER BY place, carrier
