-- description: What changed since an earlier report, and by which run: figures per day then and now
-- parameter report_time: timestamp | when the earlier report was made, UTC | 2026-11-20 06:00:00
WITH earlier AS (
  SELECT business_date, sum(delivered) AS delivered, sum(late) AS late, sum(exceptions) AS exceptions, sum(shipping_cost) AS shipping_cost
  FROM {gold}.shipment_daily FOR TIMESTAMP AS OF ?
  GROUP BY business_date
), latest AS (
  SELECT business_date, sum(delivered) AS delivered, sum(late) AS late, sum(exceptions) AS exceptions, sum(shipping_cost) AS shipping_cost
  FROM {gold}.shipment_daily
  GROUP BY business_date
), published AS (
  SELECT business_date, max_by(run, recorded_at) AS run, max_by(logic, recorded_at) AS logic, max(recorded_at) AS published_at
  FROM {ops}.data_versions
  WHERE table_name = 'shipment_daily' AND state = 'complete'
  GROUP BY business_date
)
SELECT coalesce(t.business_date, b.business_date) AS business_date,
  b.delivered AS delivered_before, t.delivered AS delivered_now, b.late AS late_before, t.late AS late_now,
  b.exceptions AS exceptions_before, t.exceptions AS exceptions_now,
  b.shipping_cost AS cost_before, t.shipping_cost AS cost_now, p.run, p.logic, p.published_at
FROM latest t
FULL JOIN earlier b ON b.business_date = t.business_date
LEFT JOIN published p ON p.business_date = coalesce(t.business_date, b.business_date)
WHERE b.delivered IS DISTINCT FROM t.delivered OR b.late IS DISTINCT FROM t.late
  OR b.exceptions IS DISTINCT FROM t.exceptions OR b.shipping_cost IS DISTINCT FROM t.shipping_cost
ORDER BY 1
