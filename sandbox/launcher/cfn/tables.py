"""Table settings that ministack 1.4.21 drops from a template: expiry of items and point-in-time recovery."""

from __future__ import annotations

from typing import Any

from ministack.services import dynamodb

from .table import Attributes, Properties, TABLE


def apply_settings(name: str, props: Properties) -> None:
    """Sets what the template says, off where it says nothing. ministack removes expired items once a minute by this setting."""
    expiry: dict[str, Any] = props.get("TimeToLiveSpecification") or {}
    if expiry.get("Enabled") and expiry.get("AttributeName"):
        dynamodb._ttl_settings[name] = {"TimeToLiveStatus": "ENABLED", "AttributeName": expiry["AttributeName"]}
    else:
        dynamodb._ttl_settings.pop(name, None)
    replica = (props.get("Replicas") or [{}])[0]
    recovery = props.get("PointInTimeRecoverySpecification") or replica.get("PointInTimeRecoverySpecification") or {}
    dynamodb._pitr_settings[name] = bool(recovery.get("PointInTimeRecoveryEnabled"))


def with_settings(type_name: str) -> None:
    create = TABLE[type_name]["create"]

    def inner(logical_id: str, props: Properties, stack: str) -> tuple[str, Attributes]:
        name, attributes = create(logical_id, props, stack)
        apply_settings(name, props)
        return name, attributes

    TABLE[type_name]["create"] = inner


def install() -> None:
    """Before ``updates``: its updates create the table's record again and so pass here too."""
    with_settings("AWS::DynamoDB::Table")
    with_settings("AWS::DynamoDB::GlobalTable")
