-- description: Exceptions by type and reason, with the share of all
-- parameter from_date: date | first business date | 2026-11-01
-- parameter to_date: date | last business date | 2026-11-30
SELECT exception_type, exception_reason, sum(exceptions) AS exceptions, sum(shipments) AS shipment_days,
  round(100.0 * sum(exceptions) / sum(sum(exceptions)) OVER (), 1) AS percent_of_all
FROM {gold}.v_exceptions_daily
WHERE business_date BETWEEN ? AND ?
GROUP BY exception_type, exception_reason
ORDER BY exceptions DESC, exception_type, exception_reason
