-- description: How fresh the lake is: newest published day and version of each gold table, newest load of each contract
SELECT 'published' AS kind, table_name AS name, max(business_date) AS newest_day, max(recorded_at) AS happened_at,
  max_by(run, recorded_at) AS run, max_by(logic, recorded_at) AS logic
FROM {ops}.data_versions
WHERE state = 'complete'
GROUP BY table_name
UNION ALL
SELECT 'loaded' AS kind, contract AS name, CAST(NULL AS date) AS newest_day, max(finished_at) AS happened_at,
  max_by(load_run, finished_at) AS run, CAST(NULL AS varchar) AS logic
FROM {ops}.load_runs
WHERE state = 'committed'
GROUP BY contract
ORDER BY 1, 2
