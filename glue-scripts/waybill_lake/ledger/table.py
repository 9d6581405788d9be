"""Calls on one table of DynamoDB. A refused condition is an answer, every other error is raised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from waybill_lake.clients import dynamodb_client
from waybill_lake.ledger.items import Item, marshal


class DynamoTable:
    def __init__(self, name: str, client: Any | None = None) -> None:
        self.name = name
        self.client = dynamodb_client() if client is None else client

    def read(self, pk: str, sk: str) -> Item:
        answer = self.client.get_item(TableName=self.name, Key=marshal({"pk": pk, "sk": sk}), ConsistentRead=True)
        return dict(answer.get("Item", {}))

    def put(self, item: Item, condition: str) -> bool:
        return self.allowed(self.client.put_item, TableName=self.name, Item=item, ConditionExpression=condition) is not None

    def update(
        self, pk: str, sk: str, change: str, condition: str, values: Mapping[str, Any], names: Mapping[str, str] | None = None
    ) -> Item | None:
        """The item as it is after the change; None when the condition refused it."""
        call: dict[str, Any] = {
            "TableName": self.name,
            "Key": marshal({"pk": pk, "sk": sk}),
            "UpdateExpression": change,
            "ExpressionAttributeValues": marshal(values),
            "ReturnValues": "ALL_NEW",
        }
        if condition:
            call["ConditionExpression"] = condition
        if names:
            call["ExpressionAttributeNames"] = dict(names)
        answer = self.allowed(self.client.update_item, **call)
        return None if answer is None else dict(answer.get("Attributes", {}))

    def allowed(self, operation: Any, **call: Any) -> Any | None:
        try:
            return operation(**call)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "ConditionalCheckFailedException":
                return None
            raise

    def query(
        self,
        condition: str,
        values: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
        *,
        index: str = "",
        backwards: bool = False,
        most: int | None = None,
    ) -> Iterator[Item]:
        """`most`: rows of an answer, for who does not want all."""
        call: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": marshal(values),
            "ScanIndexForward": not backwards,
            "PaginationConfig": {"PageSize": most},
        }
        if names:
            call["ExpressionAttributeNames"] = dict(names)
        # Only the table can be read consistently.
        call |= {"IndexName": index} if index else {"ConsistentRead": True}
        for page in self.client.get_paginator("query").paginate(**call):
            yield from page.get("Items", ())
