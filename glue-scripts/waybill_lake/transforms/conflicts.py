"""Which of the incoming rows are new, which win over a row that is there, which lose: decided per (source, event_id).

The winner of an identity is the greatest version in the order of docs/shipment-state.md §1: publishedTime, is a correction,
major, content hash; then, between rows of the same content, a hash over their columns. So any order of arrival ends the same.

The comparison carries only what it compares; whole rows are fetched for those that change.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from waybill_lake.model import LakeContract

INCOMING, SILVER, CONFLICT = 0, 1, 2
"""Where a row of the comparison comes from."""

IDENTITY = ("stream_shard", "stream_sequence", "frame_index")
"""What names one record that was put on the stream."""

_KEY = ("source", "event_id", "content_hash")
_CORRECTS = "corrects_event_id"
_COMPARED = ("source", "event_id", "content_hash", "entity", "day", "arrival", *IDENTITY, "origin", "version", "stored_winner")
_VERSION = """named_struct('published', coalesce(published_time, timestamp_seconds(0)), 'corrects', {corrects},
    'major', cast(substring_index({contract_version}, '.', 1) as int), 'hash', content_hash, 'tie', {tie})"""


def tie_of(contract: LakeContract) -> str:
    """SQL: last resort of the order, between rows whose content is the same. A column that is added later and empty does not change it."""
    return f"xxhash64({', '.join(f'`{column.name}`' for column in contract.table.columns)})"


def compared_events(events: DataFrame, contract: LakeContract, entity: str, origin: int) -> DataFrame:
    """Rows of the events table as the comparison wants them."""
    has_corrections = any(column.name == _CORRECTS for column in contract.table.columns)
    version = _VERSION.format(
        corrects=f"{_CORRECTS} IS NOT NULL" if has_corrections else "false", contract_version="contract_version", tie=tie_of(contract)
    )
    return events.selectExpr(
        "source",
        "event_id",
        "content_hash",
        f"{entity} AS entity",
        "cast(to_date(event_time) AS string) AS day",
        "arrival_time AS arrival",
        *IDENTITY,
        f"{origin} AS origin",
        f"{version} AS version",
        "cast(null AS string) AS stored_winner",
    )


def compared_conflicts(conflicts: DataFrame) -> DataFrame:
    """Rows of the conflicts table as the comparison wants them: what has no column there is in the payload."""
    version = _VERSION.format(
        corrects=f"get_json_object(payload, '$.event.{_CORRECTS}') IS NOT NULL",
        contract_version="get_json_object(payload, '$.contractVersion')",
        tie="cast(get_json_object(payload, '$.tie') AS bigint)",
    )
    return conflicts.selectExpr(
        "source",
        "event_id",
        "content_hash",
        "cast(null AS string) AS entity",
        "cast(null AS string) AS day",
        "arrival_time AS arrival",
        "cast(null AS string) AS stream_shard",
        "cast(null AS string) AS stream_sequence",
        "cast(null AS int) AS frame_index",
        f"{CONFLICT} AS origin",
        f"{version} AS version",
        "winner_content_hash AS stored_winner",
    )


def classify(incoming: DataFrame, existing: Sequence[DataFrame]) -> DataFrame:
    """One row per (source, event_id, content) that is incoming or belongs to an incoming identity, the best row of each.

    Beside the compared columns: `n` (incoming identities), `in_silver`, `in_conflicts`, `key_known`, `is_winner`,
    `winner_hash`, `stored_winner`, `old_day` and `old_entity` (of the identity's row in silver).

    :param incoming: compared rows, one per identity.
    :param existing: compared rows of silver and conflicts that may be of incoming identities.
    """
    rows = incoming
    for more in existing:
        rows = rows.unionByName(more)
    # Once by identity: both windows below are served by it.
    rows = rows.select(*_COMPARED).repartition("source", "event_id")
    content = Window.partitionBy("source", "event_id", "content_hash")
    # Of equal versions the stored row stays; among incoming ones the first to arrive.
    best = content.orderBy(F.desc("version"), F.desc("origin"), "arrival", *IDENTITY)
    identity = Window.partitionBy("source", "event_id")
    from_silver = F.col("origin") == SILVER
    ranked = rows.withColumns(
        {
            "rank": F.row_number().over(best),
            "n": F.sum(F.expr(f"if(origin = {INCOMING}, 1, 0)")).over(content),
            "in_silver": F.max(from_silver).over(content),
            "in_conflicts": F.max(F.col("origin") == CONFLICT).over(content),
            "stored_winner": F.max("stored_winner").over(content),
            "key_known": F.max(from_silver).over(identity),
            "old_day": F.max(F.when(from_silver, F.col("day"))).over(identity),
            "old_entity": F.max(F.when(from_silver, F.col("entity"))).over(identity),
        }
    )
    by_version = identity.orderBy(F.desc("version"))
    contents = ranked.where("rank = 1").drop("rank")
    return contents.withColumns(
        {"is_winner": F.row_number().over(by_version) == 1, "winner_hash": F.first("content_hash").over(by_version)}
    )


IS_CHANGE = f"(is_winner AND origin = {INCOMING})"
"""SQL: rows of `classify` that silver gets: of a new identity, or a winner over what is there."""

IS_PROMOTED = "(is_winner AND in_conflicts)"
"""SQL: winners that the conflicts table holds as losers."""

IS_LOSER = f"(NOT is_winner AND NOT (origin = {CONFLICT} AND stored_winner = winner_hash))"
"""SQL: rows of `classify` that the conflicts table gets or must say otherwise."""

_IS_REPLACEMENT = f"({IS_CHANGE} AND key_known)"
_IS_KNOWN = "(in_silver OR in_conflicts)"
_IS_FIRST = "(is_winner AND NOT key_known)"
_IS_TOUCHED = f"({IS_CHANGE} OR {IS_LOSER} OR {IS_PROMOTED})"


def totals(classified: DataFrame) -> DataFrame:
    """One row: new, conflicts, duplicates, changes, losers; the event days and the entities that change.

    `left_entities`: those whose event is told of another entity now.
    """

    def total(condition: str, value: str = "1") -> str:
        return f"coalesce(sum(if({condition}, {value}, 0)), 0)"

    expressions = {
        "new": total(_IS_FIRST),
        "conflicts": f"{total(f'NOT {_IS_KNOWN}')} - {total(_IS_FIRST)}",
        "duplicates": f"{total(_IS_KNOWN, 'n')} + {total(f'NOT {_IS_KNOWN}', 'n - 1')}",
        "changes": total(IS_CHANGE),
        "losers": total(f"{IS_LOSER} OR {IS_PROMOTED}"),
        "new_days": f"collect_set(if({IS_CHANGE}, day, null))",
        "old_days": f"collect_set(if({_IS_REPLACEMENT}, old_day, null))",
        "entities": f"collect_set(if({_IS_TOUCHED}, entity, null))",
        "old_entities": f"collect_set(if({_IS_TOUCHED}, old_entity, null))",
        "left_entities": f"collect_set(if({_IS_TOUCHED} AND entity != old_entity, old_entity, null))",
    }
    return classified.agg(*[F.expr(expression).alias(name) for name, expression in expressions.items()])


def changed_rows(classified: DataFrame, incoming: DataFrame) -> DataFrame:
    """The whole incoming rows that silver gets."""
    winners = classified.where(IS_CHANGE).select(*IDENTITY)
    return incoming.join(winners, on=list(IDENTITY), how="left_semi").select(*incoming.columns)


def conflict_rows(classified: DataFrame, events: DataFrame, conflicts: DataFrame | None, contract: LakeContract, run: str) -> DataFrame:
    """Rows for the conflicts table with `action`: `upsert` for losers, `delete` for a content that wins now.

    :param events: whole rows, incoming and of silver, among them those that lose.
    :param conflicts: rows of the conflicts table, among them those whose winner changed.
    """
    decided = classified.where(f"{IS_LOSER} OR {IS_PROMOTED}").selectExpr(
        *_KEY, *IDENTITY, f"origin = {CONFLICT} AS is_kept", "winner_hash", "if(is_winner, 'delete', 'upsert') AS action"
    )
    columns = ", ".join(f"`{column.name}`" for column in contract.table.columns)
    payload = f"to_json(struct(contract_version AS contractVersion, {tie_of(contract)} AS tie, struct({columns}) AS event))"
    lost = events.join(decided.where("NOT is_kept").drop(*_KEY), on=list(IDENTITY), how="inner")
    rows = lost.selectExpr(*_conflict_columns(contract, run, payload))
    if conflicts is None:
        return rows
    kept = conflicts.join(decided.where("is_kept").drop(*IDENTITY), on=list(_KEY), how="inner")
    return rows.unionByName(kept.selectExpr(*_conflict_columns(contract, run, "payload")))


def _conflict_columns(contract: LakeContract, run: str, payload: str) -> tuple[str, ...]:
    return (
        f"'{contract.name}' AS contract",
        "source",
        "event_id",
        "content_hash",
        "event_time",
        "published_time",
        "winner_hash AS winner_content_hash",
        f"{payload} AS payload",
        "arrival_time",
        f"'{run}' AS load_run",
        "action",
    )


def keys_of(rows: DataFrame, column: str, *, broadcast: bool) -> DataFrame:
    """Distinct values of a column, small enough to be sent to every task or not."""
    keys = rows.select(column).distinct()
    return F.broadcast(keys) if broadcast else keys


def business_date(instant: Column, zone: str) -> Column:
    """The date of an instant in a time zone, as text."""
    return F.to_date(F.from_utc_timestamp(instant, zone)).cast("string")
