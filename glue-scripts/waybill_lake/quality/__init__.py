"""Rules of contracts (`quality.json`), evaluated on silver before gold is published."""

from waybill_lake.quality.judge import QualityParts, judge_days
from waybill_lake.quality.rules import QualityRuleError
from waybill_lake.quality.verdicts import TableVerdict

__all__ = ["QualityParts", "QualityRuleError", "TableVerdict", "judge_days"]
