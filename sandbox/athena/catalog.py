"""Tables as the Glue catalog knows them, and the Iceberg metadata that they point at."""

from __future__ import annotations

import difflib
import gzip
import json
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from errors import QueryError, not_supported

CATALOG = "awsdatacatalog"


@dataclass(frozen=True)
class CatalogTable:
    """One entry. ``columns`` are (name, Hive type, comment) in order."""

    database: str
    name: str
    columns: tuple[tuple[str, str, str], ...]
    #: Iceberg's metadata file, ``None`` for a view.
    metadata_location: str | None
    #: ViewOriginalText of a view.
    view_text: str | None
    comment: str = ""


class Catalog:
    """Reads the catalog anew for each query: a table is the snapshot it was when the query began."""

    def __init__(self, endpoint: str | None = None, region: str | None = None) -> None:
        settings: dict[str, Any] = {"endpoint_url": endpoint, "region_name": region}
        self._glue = boto3.client("glue", **settings)
        self._s3 = boto3.client("s3", **settings)

    def databases(self) -> list[str]:
        pages = self._glue.get_paginator("get_databases").paginate()
        return sorted(item["Name"] for page in pages for item in page["DatabaseList"])

    def tables(self, database: str) -> list[dict[str, Any]]:
        """@raise QueryError: SCHEMA_NOT_FOUND"""
        try:
            pages = list(self._glue.get_paginator("get_tables").paginate(DatabaseName=database))
        except ClientError as error:
            if not _is_missing(error):
                raise
            raise self._no_schema(database) from None
        found = sorted((dict(item) for page in pages for item in page["TableList"]), key=lambda item: str(item["Name"]))
        # A control plane that answers with nothing for a database that is not there.
        if not found and database not in self.databases():
            raise self._no_schema(database)
        return found

    def table(self, database: str, name: str) -> CatalogTable:
        """@raise QueryError: SCHEMA_NOT_FOUND, TABLE_NOT_FOUND with the nearest name, NOT_SUPPORTED for other formats than Iceberg"""
        try:
            found = self._glue.get_table(DatabaseName=database, Name=name)["Table"]
        except ClientError as error:
            if not _is_missing(error):
                raise
            raise self._no_table(database, name) from None
        return read_entry(database, dict(found))

    def metadata(self, location: str) -> dict[str, Any]:
        """The JSON document of a table's state."""
        bucket, key = location.removeprefix("s3://").split("/", 1)
        body = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        document: dict[str, Any] = json.loads(gzip.decompress(body) if key.endswith((".gz.metadata.json", ".metadata.json.gz")) else body)
        return document

    def put_view(self, database: str, entry: dict[str, Any], *, replace: bool) -> None:
        """@raise QueryError: when the name is taken by a table, or by a view and it may not be replaced"""
        try:
            there = self._glue.get_table(DatabaseName=database, Name=entry["Name"])["Table"]
        except ClientError as error:
            if not _is_missing(error):
                raise
            if database not in self.databases():
                raise self._no_schema(database) from None
            self._glue.create_table(DatabaseName=database, TableInput=entry)  # type: ignore[arg-type]
            return
        if there.get("TableType") != "VIRTUAL_VIEW" or not replace:
            kind = "View" if there.get("TableType") == "VIRTUAL_VIEW" else "Table"
            raise QueryError("TABLE_ALREADY_EXISTS", f"{kind} already exists: '{CATALOG}.{database}.{entry['Name']}'")
        self._glue.update_table(DatabaseName=database, TableInput=entry)  # type: ignore[arg-type]

    def drop_view(self, database: str, name: str) -> None:
        if self.table(database, name).view_text is None:
            raise QueryError("TABLE_NOT_FOUND", f"'{CATALOG}.{database}.{name}' is a table, not a view")
        self._glue.delete_table(DatabaseName=database, Name=name)

    def upload(self, location: str, path: str, content_type: str) -> None:
        bucket, key = location.removeprefix("s3://").split("/", 1)
        self._s3.upload_file(path, bucket, key, ExtraArgs={"ContentType": content_type})

    def _no_schema(self, database: str) -> QueryError:
        known = self.databases()
        near = difflib.get_close_matches(database, known, n=1)
        others = f". There are: {', '.join(known)}" if known else ". The catalog is empty: no job has made a table yet"
        todo = f". Did you mean '{near[0]}'?" if near else others
        return QueryError("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist{todo}")

    def _no_table(self, database: str, name: str) -> QueryError:
        known = [str(item["Name"]) for item in self.tables(database)]
        near = difflib.get_close_matches(name, known, n=1)
        todo = f". Did you mean '{near[0]}'?" if near else "" if known else f". Database '{database}' has no table yet"
        return QueryError("TABLE_NOT_FOUND", f"Table '{CATALOG}.{database}.{name}' does not exist{todo}")


def read_entry(database: str, found: dict[str, Any]) -> CatalogTable:
    parameters = found.get("Parameters") or {}
    storage = found.get("StorageDescriptor") or {}
    columns = tuple(
        (item["Name"], item.get("Type", ""), item.get("Comment", "")) for item in storage.get("Columns", []) if _is_current(item)
    )
    name, comment = found["Name"], found.get("Description") or parameters.get("comment", "")
    if found.get("TableType") == "VIRTUAL_VIEW":
        return CatalogTable(database, name, columns, None, found.get("ViewOriginalText", ""), comment)
    location = parameters.get("metadata_location")
    if parameters.get("table_type", "").upper() != "ICEBERG":
        raise not_supported(f"Table '{CATALOG}.{database}.{name}' is no Iceberg table; only those and views are read here")
    if not location:
        raise QueryError("ICEBERG_BAD_DATA", f"Table '{CATALOG}.{database}.{name}' is declared and has no data: its first load writes it")
    return CatalogTable(database, name, columns, location, None, comment)


def _is_current(column: dict[str, Any]) -> bool:
    """Iceberg leaves dropped columns in the catalog, marked."""
    return bool((column.get("Parameters") or {}).get("iceberg.field.current", "true") == "true")


def _is_missing(error: ClientError) -> bool:
    return bool(error.response.get("Error", {}).get("Code") == "EntityNotFoundException")
