"""The publish protocol's rows in DynamoDB. A refused condition is an answer; a write whose answer was lost is known by what it left."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from waybill_lake.clients import dynamodb_client
from waybill_lake.ledger.items import marshal, unmarshal
from waybill_lake.protocol.publish_builder import Current
from waybill_lake.protocol.publish_set import SetRow, SetState
from waybill_lake.publish.rows import Attempt, set_members, set_text

_LOGIC = {"pk": "logic#gold", "sk": "row"}
_CONFLICT_TRIES = 5
_NAMES = {"#grant": "grant", "#state": "state", "#snapshot": "snapshot", "#number": "number", "#logic": "logic"}
_FREE = "(attribute_not_exists(#grant) OR #grant = :none"


class DynamoGoldLedger:
    def __init__(self, table: str, client: Any | None = None) -> None:
        self._table = table
        self._client = dynamodb_client() if client is None else client

    def read_current(self, table: str, day: str) -> Current:
        row = self._get(_day_key(table, day, "current"))
        return Current(int(row.get("published", 0)), row.get("inputs"), int(row.get("grant", 0)), row.get("failed"))

    def open_attempt(self, table: str, day: str, attempt: Attempt) -> int:
        # A counter whose answer was lost skips a number; nothing counts attempts.
        key = _day_key(table, day, "current")
        row = self._update(key, "SET attempts = if_not_exists(attempts, :zero) + :one", "", {":zero": 0, ":one": 1})
        number = int((row or {})["attempts"])
        values = {
            "run": attempt.run,
            "logic": attempt.logic,
            "inputs": attempt.inputs,
            "state": attempt.state,
            "snapshot": 0,
            "audits": attempt.audits,
        }
        self._client.put_item(TableName=self._table, Item=marshal({**_attempt_key(table, day, number), **values}))
        return number

    def read_attempt(self, table: str, day: str, number: int) -> Attempt | None:
        row = self._get(_attempt_key(table, day, number))
        if not row:
            return None
        return Attempt(row["run"], row["logic"], row["inputs"], row["state"], int(row["snapshot"]), row["audits"])

    def note_staged(self, table: str, day: str, number: int, snapshot: int) -> None:
        values = {":snapshot": snapshot, ":state": "staged"}
        self._update(_attempt_key(table, day, number), "SET #snapshot = :snapshot, #state = :state", "", values)

    def note_audited(self, table: str, day: str, number: int, state: str, audits: str) -> None:
        self._update(_attempt_key(table, day, number), "SET audits = :audits, #state = :state", "", {":audits": audits, ":state": state})

    def settle(self, table: str, day: str, number: int, *, published: bool) -> None:
        attempt = self.read_attempt(table, day, number) if published else None
        if attempt is None:
            self.release(table, day, number)
        else:
            self.record(table, day, number, attempt.inputs)

    def note_failed(self, table: str, day: str, inputs: str) -> None:
        self._update(_day_key(table, day, "current"), "SET failed = :inputs", "", {":inputs": inputs})

    def note_equal(self, table: str, day: str, number: int, *, before: int, inputs: str) -> bool:
        values = {":before": before, ":none": 0, ":number": number, ":inputs": inputs}
        condition = f"{_published_is(before)} AND {_FREE})"
        if self._update(_day_key(table, day, "current"), "SET published = :number, inputs = :inputs", condition, values) is not None:
            return True
        return self.read_current(table, day).published == number

    def grant(self, table: str, day: str, number: int, *, before: int, logic: str) -> bool:
        update = {
            "TableName": self._table,
            "Key": marshal(_day_key(table, day, "current")),
            "UpdateExpression": "SET #grant = :number",
            "ConditionExpression": f"{_published_is(before)} AND {_FREE} OR #grant = :number)",
            "ExpressionAttributeNames": {"#grant": "grant"},
            "ExpressionAttributeValues": marshal({":number": number, ":none": 0, ":before": before}),
        }
        check = {
            "TableName": self._table,
            "Key": marshal(_LOGIC),
            "ConditionExpression": "attribute_not_exists(pk) OR #logic = :logic",
            "ExpressionAttributeNames": {"#logic": "logic"},
            "ExpressionAttributeValues": marshal({":logic": logic}),
        }
        return self._transact([{"Update": update}, {"ConditionCheck": check}])

    def record(self, table: str, day: str, number: int, inputs: str) -> bool:
        values = {":number": number, ":none": 0, ":inputs": inputs}
        change = "SET published = :number, inputs = :inputs, #grant = :none"
        if self._update(_day_key(table, day, "current"), change, "#grant = :number", values) is None:
            return False
        self._update(_attempt_key(table, day, number), "SET #state = :state", "", {":state": "published"})
        return True

    def release(self, table: str, day: str, number: int) -> None:
        self._update(_day_key(table, day, "current"), "SET #grant = :none", "#grant = :number", {":number": number, ":none": 0})

    def read_set(self, day: str) -> SetRow:
        row = self._get(_set_key(day))
        if not row:
            return SetRow()
        return SetRow(int(row["number"]), SetState(row["state"]), set_members(row["members"]))

    def decide(self, day: str, row: SetRow) -> bool:
        members = set_text(row)
        condition = "attribute_not_exists(pk)" if row.number == 1 else "#number = :before AND #state <> :publishing"
        values = {":number": row.number, ":publishing": str(SetState.PUBLISHING), ":members": members}
        values |= {} if row.number == 1 else {":before": row.number - 1}
        change = "SET #number = :number, #state = :publishing, members = :members"
        if self._update(_set_key(day), change, condition, values) is not None:
            return True
        stored = self.read_set(day)
        return stored.number == row.number and set_text(stored) == members

    def complete(self, day: str, number: int, state: SetState) -> None:
        values = {":number": number, ":publishing": str(SetState.PUBLISHING), ":state": str(state)}
        self._update(_set_key(day), "SET #state = :state", "#number = :number AND #state = :publishing", values)

    def read_logic(self) -> str | None:
        row = self._get(_LOGIC)
        return str(row["logic"]) if row else None

    def set_logic(self, logic: str) -> None:
        self._client.put_item(TableName=self._table, Item=marshal({**_LOGIC, "logic": logic}))

    def _get(self, key: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._client.get_item(TableName=self._table, Key=marshal(key), ConsistentRead=True)
        return unmarshal(answer.get("Item", {}))

    def _update(self, key: Mapping[str, Any], change: str, condition: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The row after the change; None when the condition refused it."""
        call: dict[str, Any] = {"TableName": self._table, "Key": marshal(key), "UpdateExpression": change, "ReturnValues": "ALL_NEW"}
        call["ExpressionAttributeValues"] = marshal(values)
        names = {name: meant for name, meant in _NAMES.items() if name in f"{change} {condition}"}
        call |= {"ExpressionAttributeNames": names} if names else {}
        call |= {"ConditionExpression": condition} if condition else {}
        try:
            return unmarshal(self._client.update_item(**call)["Attributes"])
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "ConditionalCheckFailedException":
                return None
            raise

    def _transact(self, items: list[dict[str, Any]]) -> bool:
        """Whether all conditions held. Two transactions on one row cancel each other: then again, a moment later."""
        for attempt in range(_CONFLICT_TRIES):
            try:
                self._client.transact_write_items(TransactItems=items)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") != "TransactionCanceledException":
                    raise
                codes = [str(reason.get("Code")) for reason in error.response.get("CancellationReasons", [])] or [str(error)]
                if any("ConditionalCheckFailed" in code for code in codes):
                    return False
                if attempt == _CONFLICT_TRIES - 1:
                    raise
                time.sleep(0.05 * 2**attempt)
            else:
                return True
        return False


def _published_is(before: int) -> str:
    return "published = :before" if before else "(attribute_not_exists(published) OR published = :before)"


def _day_key(table: str, day: str, sort: str) -> dict[str, str]:
    return {"pk": f"gold#{table}#{day}", "sk": sort}


def _attempt_key(table: str, day: str, number: int) -> dict[str, str]:
    return _day_key(table, day, f"attempt#{number:06d}")


def _set_key(day: str) -> dict[str, str]:
    return {"pk": f"set#{day}", "sk": "current"}
