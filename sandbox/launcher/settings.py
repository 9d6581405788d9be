"""What the supervisor tells the control plane, read once from the environment.

``apply`` must run before anything of ministack is imported: its modules read their settings at import time.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two sandboxes on one machine."""

    control_port: int
    #: Port of the edge. Every URL that the control plane hands out leads there. 0: no edge (probes).
    edge_port: int
    #: Port on which the edge serves the deployed site. 0: none.
    site_port: int
    #: State folder of this sandbox.
    folder: Path
    #: Folder with the JSON files of the snapshot to start from; ``None`` starts empty.
    snapshot: Path | None
    region: str
    account: str
    #: Most records kept per stream, whatever its retention: a laptop has less memory than Kinesis.
    stream_records: int
    #: Most changes kept per table that have not been read; each holds up to two images of an item.
    table_stream_records: int
    #: Most log events kept per log group.
    log_events: int


def read(environment: dict[str, str] | None = None) -> Settings:
    """Settings from ``WAYBILL_*`` variables; the defaults suit a probe that never listens."""
    env = os.environ if environment is None else environment
    snapshot = env.get("WAYBILL_SNAPSHOT", "")
    return Settings(
        control_port=int(env.get("WAYBILL_CONTROL_PORT", "0")),
        edge_port=int(env.get("WAYBILL_EDGE_PORT", "0")),
        site_port=int(env.get("WAYBILL_SITE_PORT", "0")),
        folder=Path(env.get("WAYBILL_DIR", ".waybill")).resolve(),
        snapshot=Path(snapshot).resolve() if snapshot else None,
        region=env.get("WAYBILL_REGION", "eu-central-1"),
        account=env.get("WAYBILL_ACCOUNT", "000000000000"),
        stream_records=int(env.get("WAYBILL_STREAM_RECORDS", "200000")),
        table_stream_records=int(env.get("WAYBILL_TABLE_STREAM_RECORDS", "50000")),
        log_events=int(env.get("WAYBILL_LOG_EVENTS", "20000")),
    )


def apply(settings: Settings) -> None:
    """Sets ministack's own variables: local address only, plain files for S3, listeners that we do not use off."""
    os.environ.update(
        {
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(settings.edge_port or settings.control_port),
            "MINISTACK_REGION": settings.region,
            "MINISTACK_ACCOUNT_ID": settings.account,
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(settings.folder / "s3"),
            "STATE_DIR": str(settings.folder / "control"),
            "PERSIST_STATE": "1",
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
        }
    )
    os.environ.setdefault("LOG_LEVEL", "WARNING")
