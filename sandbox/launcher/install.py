"""All patches, in order. Also what the probes call, so that they test exactly what the launcher runs."""

from __future__ import annotations

from dataclasses import dataclass

import ministack.app as ministack
from ministack.services import lambda_svc

import api_throttle
import edge_link
import item_counts
import kinesis_records
import log_ring
import notices
import partiql
import responsive
import snapshot
import table_streams
from cfn import alarms, machines, native, requests, schedules, sites, tables, types_api, types_stored, updates
from settings import Settings


@dataclass(frozen=True)
class Installed:
    """What other parts of the launcher read from."""

    records: kinesis_records.RecordKeeper


def install(settings: Settings) -> Installed:
    types_api.install()
    types_stored.install()
    alarms.install()
    native.install()
    sites.install(settings.site_port)
    tables.install()
    edge = edge_link.EdgeLink(settings.edge_port, settings.region) if settings.edge_port else None
    notices.install(edge)
    updates.install(settings.edge_port)
    requests.install()
    machines.install(edge)
    schedules.install(edge)
    edge_link.install(edge)
    log_ring.install(settings.log_events)
    partiql.install()
    item_counts.install()
    api_throttle.install()
    responsive.install()
    # Function code is shared by all snapshots, so saving one must not remove what another refers to.
    lambda_svc._prune_orphan_code_blobs = lambda referenced: None
    # Saving is the supervisor's business: control and edge together, into a folder of its choice.
    ministack.save_all = lambda services: None
    snapshot.DEFERRED.clear()
    lambda_svc.restore_state(snapshot.load("lambda"))
    records = kinesis_records.install(settings.stream_records)
    table_streams.install(settings.table_stream_records, records.trimmed)
    return Installed(records=records)
