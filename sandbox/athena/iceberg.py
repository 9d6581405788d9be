"""An Iceberg table as a relation of DuckDB: now, at a time or snapshot, and its own history as tables."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from errors import QueryError

METADATA_TABLES = ("snapshots", "history", "files", "partitions", "manifests", "refs")


def quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def identifier(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def scan(location: str, snapshot: int | None = None) -> str:
    """The rows of the current snapshot, or of another one."""
    chosen = "" if snapshot is None else f", snapshot_from_id={snapshot}"
    return f"SELECT * FROM iceberg_scan({quote(location)}{chosen})"


def snapshot_at(metadata: dict[str, Any], moment: datetime) -> int:
    """The snapshot that readers saw at that moment. @raise QueryError: when the table had none yet"""
    limit = moment.timestamp() * 1000
    seen = [entry for entry in metadata.get("snapshot-log", []) if entry["timestamp-ms"] <= limit]
    if not seen:
        raise QueryError("INVALID_ARGUMENTS", f"No version history table at or before {moment.isoformat(sep=' ', timespec='milliseconds')}")
    return int(seen[-1]["snapshot-id"])


def snapshot_named(metadata: dict[str, Any], version: str) -> int:
    """By id, branch or tag. @raise QueryError: when there is no such version"""
    refs = metadata.get("refs", {})
    if version in refs:
        return int(refs[version]["snapshot-id"])
    if version.isdigit() and any(entry["snapshot-id"] == int(version) for entry in metadata.get("snapshots", [])):
        return int(version)
    raise QueryError("INVALID_ARGUMENTS", f'Iceberg snapshot ID does not exist: {version}. The table\'s "…$snapshots" lists them')


def relation(kind: str, metadata: dict[str, Any]) -> str:
    """SQL of ``"table$kind"``."""
    if kind == "snapshots":
        return _rows(
            {
                "committed_at": "TIMESTAMPTZ",
                "snapshot_id": "BIGINT",
                "parent_id": "BIGINT",
                "operation": "VARCHAR",
                "manifest_list": "VARCHAR",
                "summary": "MAP(VARCHAR, VARCHAR)",
            },
            [_snapshot(entry) for entry in metadata.get("snapshots", [])],
        )
    if kind == "history":
        return _rows(
            {"made_current_at": "TIMESTAMPTZ", "snapshot_id": "BIGINT", "parent_id": "BIGINT", "is_current_ancestor": "BOOLEAN"},
            _history(metadata),
        )
    if kind == "refs":
        rows = [
            {"name": name, "type": ref["type"].upper(), "snapshot_id": ref["snapshot-id"]} for name, ref in metadata.get("refs", {}).items()
        ]
        return _rows({"name": "VARCHAR", "type": "VARCHAR", "snapshot_id": "BIGINT"}, rows)
    return _of_manifests(kind, metadata)


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()


def _snapshot(entry: dict[str, Any]) -> dict[str, Any]:
    summary = dict(entry.get("summary", {}))
    return {
        "committed_at": _time(entry["timestamp-ms"]),
        "snapshot_id": entry["snapshot-id"],
        "parent_id": entry.get("parent-snapshot-id"),
        "operation": summary.pop("operation", None),
        "manifest_list": entry.get("manifest-list"),
        "summary": summary,
    }


def _history(metadata: dict[str, Any]) -> list[dict[str, Any]]:
    parents = {entry["snapshot-id"]: entry.get("parent-snapshot-id") for entry in metadata.get("snapshots", [])}
    ancestors, at = set(), metadata.get("current-snapshot-id")
    while at in parents and at not in ancestors:
        ancestors.add(at)
        at = parents[at]
    return [
        {
            "made_current_at": _time(entry["timestamp-ms"]),
            "snapshot_id": entry["snapshot-id"],
            "parent_id": parents.get(entry["snapshot-id"]),
            "is_current_ancestor": entry["snapshot-id"] in ancestors,
        }
        for entry in metadata.get("snapshot-log", [])
    ]


def _rows(columns: dict[str, str], rows: list[dict[str, Any]]) -> str:
    """Rows as a relation, through JSON: no value stands in the SQL as code."""
    return f"SELECT r.* FROM (SELECT unnest(from_json({quote(json.dumps(rows))}, {quote(json.dumps([columns]))})) AS r)"


def _of_manifests(kind: str, metadata: dict[str, Any]) -> str:
    current = next((entry for entry in metadata.get("snapshots", []) if entry["snapshot-id"] == metadata.get("current-snapshot-id")), None)
    if current is None:
        return f"SELECT * FROM ({_EMPTY[kind]}) WHERE false"
    listed = f"read_avro({quote(current['manifest-list'])})"
    if kind == "manifests":
        counts = ", ".join(f"{one}_files_count AS {one}_data_files_count" for one in ("added", "existing", "deleted"))
        return f"SELECT manifest_path AS path, manifest_length AS length, partition_spec_id, added_snapshot_id, {counts} FROM {listed}"
    # A table function takes no subquery: who runs the relation puts the manifests' paths in.
    files = "(SELECT data_file.* FROM read_avro($manifests) WHERE status <> 2) f"
    if kind == "files":
        return f'SELECT "content", file_path, record_count, file_format, file_size_in_bytes FROM {files}'
    shape = _partition(metadata)
    sums = (
        "CAST(sum(record_count) AS BIGINT) AS record_count, count(*) AS file_count, CAST(sum(file_size_in_bytes) AS BIGINT) AS total_size"
    )
    return f'SELECT {shape} AS partition, {sums} FROM {files} WHERE "content" = 0 GROUP BY ALL'


def manifest_list(metadata: dict[str, Any]) -> str | None:
    """Where the current snapshot's manifests are listed."""
    current = metadata.get("current-snapshot-id")
    return next((entry["manifest-list"] for entry in metadata.get("snapshots", []) if entry["snapshot-id"] == current), None)


_EMPTY = {
    "manifests": (
        "SELECT '' AS path, 0 AS length, 0 AS partition_spec_id, 0 AS added_snapshot_id,"
        " 0 AS added_data_files_count, 0 AS existing_data_files_count, 0 AS deleted_data_files_count"
    ),
    "files": "SELECT 0 AS content, '' AS file_path, 0 AS record_count, '' AS file_format, 0 AS file_size_in_bytes",
    "partitions": "SELECT 0 AS record_count, 0 AS file_count, 0 AS total_size",
}


def _partition(metadata: dict[str, Any]) -> str:
    """A row of the partition's values, days and hours as people write them."""
    spec = next(entry for entry in metadata["partition-specs"] if entry["spec-id"] == metadata["default-spec-id"])
    fields = [f"{identifier(field['name'])} := {_value(field)}" for field in spec["fields"]]
    return f"struct_pack({', '.join(fields)})" if fields else "NULL"


def _value(field: dict[str, Any]) -> str:
    value = f"f.partition.{identifier(field['name'])}"
    if field["transform"] == "day":
        return f"CAST(DATE '1970-01-01' + CAST({value} AS INTEGER) AS DATE)"
    return value
