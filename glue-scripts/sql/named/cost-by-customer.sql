-- description: Shipping cost by customer segment and service level: total, per delivery, per kilogram
-- parameter from_date: date | first business date | 2026-11-01
-- parameter to_date: date | last business date | 2026-11-30
SELECT customer_segment, service_level, sum(delivered) AS delivered, sum(shipping_cost) AS shipping_cost,
  CAST(sum(shipping_cost) / nullif(sum(delivered) - sum(unpriced), 0) AS decimal(18,2)) AS cost_per_delivery,
  round(CAST(sum(shipping_cost) AS double) / nullif(CAST(sum(chargeable_weight_kg) AS double), 0), 4) AS cost_per_kg,
  sum(unpriced) AS unpriced, max(currency) AS currency
FROM {gold}.v_cost_daily
WHERE business_date BETWEEN ? AND ?
GROUP BY customer_segment, service_level
ORDER BY shipping_cost DESC, customer_segment, service_level
