"""DuckDB set up to read the lake: extensions from their wheels, the endpoint's S3, Athena's settings; bytes read are measured."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import duckdb

from column_types import ColumnType, from_duckdb
from errors import CutoffError, QueryError
from iceberg import quote

_EXTENSIONS = ("avro", "httpfs", "iceberg")
_FETCH_ROWS = 2_000
_MACROS = Path(__file__).with_name("macros.sql")


@dataclass(frozen=True)
class EngineSettings:
    """``endpoint`` is the sandbox's, for example ``http://127.0.0.1:4710``."""

    endpoint: str
    region: str
    threads: int = 2
    memory: str = "1GB"


class Engine:
    """One database in memory; each query has a connection of its own."""

    def __init__(self, settings: EngineSettings | None) -> None:
        """Without settings there is no lake: for tests of expressions."""
        config: dict[str, Any] = {"threads": settings.threads, "memory_limit": settings.memory} if settings else {"threads": 1}
        self._database = duckdb.connect(config={**config, "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
        self._database.execute("SET GLOBAL TimeZone = 'UTC'")
        # Before the macros: what "/" means in them is decided when they are made.
        self._database.execute("SET integer_division = true")
        if settings is not None:
            self._open_lake(settings)
        self._database.execute(_MACROS.read_text())

    def _open_lake(self, settings: EngineSettings) -> None:
        for name in _EXTENSIONS:
            self._database.execute(f"LOAD {quote(str(extension_file(name)))}")
        address = urlparse(settings.endpoint)
        self._database.execute(
            f"CREATE SECRET lake (TYPE s3, KEY_ID 'athena', SECRET 'sandbox', REGION {quote(settings.region)},"
            f" ENDPOINT {quote(address.netloc)}, URL_STYLE 'path', USE_SSL {'true' if address.scheme == 'https' else 'false'})"
        )
        # A cache would make the second run of a query look free; Athena counts what it reads each time.
        self._database.execute("SET GLOBAL enable_external_file_cache = false")

    def connect(self) -> Connection:
        return Connection(self._database.cursor())


class Connection:
    """One query's work. ``interrupt`` may be called from another thread."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._profile = tempfile.NamedTemporaryFile(prefix="waybill-athena-", suffix=".json")  # noqa: SIM115 - closed with the connection
        self.scanned = 0
        self._cursor.execute("SET TimeZone = 'UTC'")
        self._cursor.execute("SET integer_division = true")
        self._cursor.execute("SET enable_profiling = 'json'")
        self._cursor.execute(f"SET profiling_output = {quote(self._profile.name)}")
        self._cursor.execute("""SET custom_profiling_settings = '{"TOTAL_BYTES_READ": "true"}'""")

    def relation(self, name: str, sql: str) -> None:
        """Makes a view of this connection. @raise QueryError"""
        self._run(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")

    def columns(self, sql: str) -> list[tuple[str, ColumnType]]:
        """Names and types without running. @raise QueryError"""
        self._run(f"DESCRIBE {sql}")
        return [(str(row[0]), from_duckdb(str(row[1]))) for row in self._cursor.fetchall()]

    def select(self, sql: str) -> tuple[list[tuple[str, ColumnType]], Iterator[tuple[Any, ...]]]:
        """Columns, and rows to be read to the end. @raise QueryError"""
        self._run(sql)
        columns = [(str(item[0]), from_duckdb(str(item[1]))) for item in self._cursor.description or []]
        return columns, self._rows()

    def values(self, sql: str) -> list[Any]:
        """The first column. @raise QueryError"""
        self._run(sql)
        found = [row[0] for row in self._cursor.fetchall()]
        self._count()
        return found

    def check(self, limit: int | None) -> None:
        """@raise CutoffError: when more than ``limit`` bytes were read"""
        if limit is not None and self.scanned > limit:
            raise CutoffError(self.scanned, limit)

    def interrupt(self) -> None:
        self._cursor.interrupt()

    def close(self) -> None:
        self._cursor.close()
        self._profile.close()

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        while True:
            try:
                rows = self._cursor.fetchmany(_FETCH_ROWS)
            except duckdb.Error as error:
                raise translate(error) from error
            if not rows:
                break
            yield from rows
        self._count()

    def _run(self, sql: str) -> None:
        try:
            self._cursor.execute(sql)
        except duckdb.Error as error:
            raise translate(error) from error

    def _count(self) -> None:
        """The profile of a statement is written when its last row was read."""
        try:
            self.scanned += int(json.loads(Path(self._profile.name).read_text()).get("total_bytes_read", 0))
        except ValueError:
            return


def extension_file(name: str) -> Path:
    """Where the wheel of an extension put it. @raise QueryError: when it is not installed"""
    beside = Path(duckdb.__file__).parent.parent / "duckdb_ext" / "extensions"
    root = Path(os.environ.get("WAYBILL_DUCKDB_EXTENSIONS", beside)) / f"v{duckdb.__version__}"
    found = sorted(root.glob(f"*/{name}.duckdb_extension"))
    if not found:
        raise QueryError("INTERNAL_ERROR", f"DuckDB's extension {name} is not installed below {root}", user=False)
    return found[0]


#: What the macros say by error(…).
_CODES = ("DIVISION_BY_ZERO", "INVALID_FUNCTION_ARGUMENT", "NOT_SUPPORTED")
_OURS = re.compile(r"\b([A-Z][A-Z_]+): ([^\n]*)")
_BINDER = re.compile(r'Referenced column "([^"]+)" not found')
_CANDIDATES = re.compile(r"Candidate bindings: ([^\n]*)")


def translate(error: duckdb.Error) -> QueryError:
    """DuckDB's errors with Athena's names. Interrupts pass as they are."""
    text = str(error)
    ours = _OURS.search(text)
    if ours and ours[1] in _CODES:
        return QueryError(ours[1], ours[2])
    if "UNNEST requires a single list" in text:
        return QueryError(
            "NOT_SUPPORTED", "UNNEST of a map is not run here. UNNEST(map_keys(m)) gives the keys, element_at(m, key) a value"
        )
    missing = _BINDER.search(text)
    return _no_column(missing[1], text) if missing else _by_kind(error, text.split("\n\nLINE", maxsplit=1)[0].strip())


def _no_column(name: str, text: str) -> QueryError:
    near = _CANDIDATES.search(text)
    known = f" Near it: {near[1]}." if near else ""
    what = f"Column '{name}' cannot be resolved or requester is not authorized to access requested resources."
    return QueryError("COLUMN_NOT_FOUND", what + known)


def _by_kind(error: duckdb.Error, first: str) -> QueryError:
    if isinstance(error, duckdb.ConversionException):
        return QueryError("INVALID_CAST_ARGUMENT", first.removeprefix("Conversion Error: "))
    if isinstance(error, (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException)):
        about_types = "macro" in first.lower() or "function" in first.lower()
        return QueryError("TYPE_MISMATCH" if about_types else "SYNTAX_ERROR", re.sub(r"athena_|\w+ Error: ", "", first))
    if isinstance(error, (duckdb.IOException, duckdb.HTTPException)):
        return QueryError("HIVE_CANNOT_OPEN_SPLIT", first)
    return QueryError("GENERIC_INTERNAL_ERROR", first, user=not isinstance(error, duckdb.InternalException))


def is_interrupt(error: BaseException) -> bool:
    return isinstance(error, duckdb.InterruptException) or isinstance(error.__cause__, duckdb.InterruptException)


def endpoint_from_environment() -> EngineSettings:
    return EngineSettings(
        endpoint=os.environ["AWS_ENDPOINT_URL"],
        region=os.environ["AWS_REGION"],
        threads=int(os.environ.get("WAYBILL_ATHENA_THREADS", "2")),
        memory=os.environ.get("WAYBILL_ATHENA_MEMORY", "1GB"),
    )
