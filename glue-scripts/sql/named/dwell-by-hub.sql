-- description: How long shipments stay in hubs: stays and hours by hub
-- parameter from_date: date | first business date | 2026-11-01
-- parameter to_date: date | last business date | 2026-11-30
SELECT h.hub, sum(h.stays) AS stays,
  round(sum(h.stays * h.dwell_minutes_mean) / sum(h.stays) / 60, 2) AS dwell_hours_mean,
  round(max(h.dwell_minutes_p90) / 60, 2) AS worst_daily_p90_hours
FROM {gold}.lane_performance_daily l
CROSS JOIN UNNEST(l.dwell_by_hub) AS h (hub, stays, dwell_minutes_mean, dwell_minutes_p90)
WHERE l.business_date BETWEEN ? AND ?
GROUP BY h.hub
ORDER BY stays DESC, h.hub
