"""The ledger of lake objects and runs (docs/bronze.md, docs/lake.md)."""

from waybill_lake.ledger.dynamodb import DynamoLedger
from waybill_lake.ledger.memory import MemoryLedger
from waybill_lake.ledger.port import Ledger
from waybill_lake.ledger.rows import LedgerObject, LoadRow, ShardRow

__all__ = ["DynamoLedger", "Ledger", "LedgerObject", "LoadRow", "MemoryLedger", "ShardRow"]
