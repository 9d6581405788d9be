-- database: gold
-- description: What the quality rules said, by day and table
-- column business_date: date | Date on the wall in the business time zone
-- column table_name: varchar | Table that was judged
-- column rules: bigint | Rules that ran
-- column rules_failed: bigint | Rules that did not hold
-- column halting: bigint | Failed rules that stop publishing
-- column warnings: bigint | Failed rules that only warn
-- column quality_score: double | Rules that held, percent
SELECT
  business_date,
  table_name,
  rules,
  rules_failed,
  halting,
  warnings,
  quality_score
FROM {gold}.data_quality_daily
