"""A ring for log events: the newest stay, per log group, so that a sandbox that runs for days does not fill the memory."""

from __future__ import annotations

from typing import Any

from ministack.services import cloudwatch_logs

#: Trimming walks the group's streams, so it happens in steps of this share.
TRIM_SHARE = 0.1


def trim(group: dict[str, Any], most: int) -> int:
    """Removes the oldest events of a group beyond ``most``. Returns how many went."""
    streams = group["streams"]
    excess = sum(len(stream["events"]) for stream in streams.values()) - most
    if excess <= most * TRIM_SHARE:
        return 0

    removed = 0
    for stream in sorted(streams.values(), key=lambda stream: stream["lastEventTimestamp"] or 0):
        count = min(len(stream["events"]), excess - removed)
        for event in stream["events"][:count]:
            cloudwatch_logs._log_records.pop(event.get("eventId"), None)
        del stream["events"][:count]
        removed += count
        if removed >= excess:
            break
    return removed


def install(most_per_group: int) -> None:
    """Trims the group after each PutLogEvents."""
    put = cloudwatch_logs._put_log_events

    def put_and_trim(data: dict[str, Any]) -> Any:
        reply = put(data)
        group = cloudwatch_logs._log_groups.get(data.get("logGroupName"))
        if group:
            trim(group, most_per_group)
        return reply

    cloudwatch_logs._put_log_events = put_and_trim
