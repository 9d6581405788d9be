-- description: Quality by day and table, with the change against the day before
-- parameter from_date: date | first business date | 2026-11-01
-- parameter to_date: date | last business date | 2026-11-30
SELECT business_date, table_name, rules, rules_failed, halting, warnings, round(quality_score, 1) AS quality_score,
  round(quality_score - lag(quality_score) OVER (PARTITION BY table_name ORDER BY business_date), 1) AS change
FROM {gold}.v_data_quality_daily
WHERE business_date BETWEEN ? AND ?
ORDER BY table_name, business_date
