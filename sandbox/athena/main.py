"""The process that runs Athena's queries: one JSON object a line in, one a line out.

In: ``{"op": "run", "id", "sql", "database", "parameters", "output", "limit"}``, ``{"op": "cancel", "id"}``. ``output`` is the result's
address without an ending, ``limit`` bytes that may be read. Out: ``{"event": "ready"}``, then per query ``{"event": "done" | "failed" |
"cancelled", "id", …}``. Settings: AWS_ENDPOINT_URL, AWS_REGION. Ends with its input.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import threading
import time
import traceback
from typing import IO, Any, TextIO

import duckdb

from catalog import Catalog
from column_types import column_info
from engine import Connection, Engine, endpoint_from_environment, is_interrupt
from errors import CutoffError, QueryError
from statements import Answer, Statements
from values import to_text

#: Seconds between two tries to interrupt a query.
INTERRUPT_EVERY_SECONDS = 0.1


class Runner:
    """Runs queries side by side, a thread each; the asker bounds their number."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._saying = threading.Lock()
        settings = endpoint_from_environment()
        self._engine = Engine(settings)
        self._catalog = Catalog(settings.endpoint, settings.region)
        self._running: dict[str, Connection] = {}
        self._open: set[str] = set()
        self._cancelled: set[str] = set()

    def say(self, event: dict[str, Any]) -> None:
        with self._saying:
            self._out.write(json.dumps(event) + "\n")
            self._out.flush()

    def take(self, request: dict[str, Any]) -> None:
        if request["op"] == "cancel":
            if request["id"] in self._open:
                self._cancelled.add(request["id"])
                threading.Thread(target=self._interrupt, args=(request["id"],), daemon=True).start()
            return
        self._open.add(request["id"])
        threading.Thread(target=self._run, args=(request,), daemon=True).start()

    def _interrupt(self, query_id: str) -> None:
        """Again until it has ended: an interrupt that comes between two statements, or before the first, is lost."""
        while query_id in self._open:
            connection = self._running.get(query_id)
            if connection is not None:
                with contextlib.suppress(duckdb.Error):  # closed meanwhile
                    connection.interrupt()
            time.sleep(INTERRUPT_EVERY_SECONDS)

    def _run(self, request: dict[str, Any]) -> None:
        query_id, begun = request["id"], time.monotonic()
        connection = self._engine.connect()
        self._running[query_id] = connection
        try:
            event = self._answer(request, connection)
        except CutoffError as error:
            event = {"event": "cancelled", "message": str(error)}
        except QueryError as error:
            event = {"event": "failed", "message": str(error), "user": error.user}
            if query_id in self._cancelled and is_interrupt(error):
                event = {"event": "cancelled", "message": "Query cancelled by user"}
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            event = {"event": "failed", "message": f"GENERIC_INTERNAL_ERROR: {type(error).__name__}: {error}", "user": False}
        finally:
            self._running.pop(query_id, None)
            self._open.discard(query_id)
            self._cancelled.discard(query_id)
            scanned = connection.scanned
            connection.close()
        self.say({"id": query_id, "scannedBytes": scanned, "engineMs": round((time.monotonic() - begun) * 1000), **event})

    def _answer(self, request: dict[str, Any], connection: Connection) -> dict[str, Any]:
        statements = Statements(self._catalog, connection, request.get("database"))
        answer = statements.run(request["sql"], request.get("parameters") or [])
        location = f"{request['output']}.{answer.kind}"
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", prefix="waybill-athena-") as file:
            rows = write_rows(file, answer)
            file.flush()
            connection.check(request.get("limit"))
            self._catalog.upload(location, file.name, "application/octet-stream" if answer.kind == "csv" else "text/plain")
        info = [column_info(name, kind) for name, kind in answer.columns]
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="waybill-athena-") as file:
            json.dump({"columns": info, "rows": rows}, file)
            file.flush()
            self._catalog.upload(f"{location}.metadata", file.name, "application/json")
        done = {"event": "done", "statement": answer.statement, "substatement": answer.substatement}
        return {**done, "output": location, "columns": info, "rows": rows}


def write_rows(file: IO[str], answer: Answer) -> int:
    """Writes a result as Athena does: all cells of a CSV quoted, NULL as nothing; lines of the catalog separated by tabs."""
    kinds = [kind.athena for _, kind in answer.columns]
    if answer.kind == "csv":
        file.write(csv_line([name for name, _ in answer.columns]))
    count = 0
    for row in answer.rows:
        cells = [to_text(value, kind) for value, kind in zip(row, kinds, strict=True)]
        file.write(csv_line(cells) if answer.kind == "csv" else "\t".join(cell or "" for cell in cells) + "\n")
        count += 1
    return count


def csv_line(cells: list[str | None]) -> str:
    return ",".join("" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in cells) + "\n"


def main() -> None:
    out = sys.stdout
    # Whatever a library prints must not look like an answer.
    sys.stdout = sys.stderr
    runner = Runner(out)
    runner.say({"event": "ready"})
    for line in sys.stdin:
        runner.take(json.loads(line))


if __name__ == "__main__":
    main()
