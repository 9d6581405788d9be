"""A sandbox of its own for tests that need the AWS protocol: the product's supervisor, on a free port, in a temporary folder."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
_NODE = PROJECT / "node_modules" / "node" / "bin" / "node"
_SUPERVISOR = PROJECT / "sandbox" / "supervisor" / "main.ts"


@contextmanager
def running_sandbox() -> Iterator[str]:
    """The endpoint, for example `http://127.0.0.1:40123`. The sandbox ends with the block, its folder goes."""
    folder = tempfile.mkdtemp(prefix="waybill-glue-")
    command = [str(_NODE), str(_SUPERVISOR), "up", "--dir", folder, "--port", "0"]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield _endpoint(process, folder)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _endpoint(process: subprocess.Popen[str], folder: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if '"step":"ready"' in line:
            return str(json.loads(Path(folder, "sandbox.json").read_text())["endpoint"])
    raise RuntimeError(f"the sandbox ended with code {process.wait()} before it was ready; its folder was {folder}")


@contextmanager
def environment(endpoint: str) -> Iterator[None]:
    """The variables by which SDKs find the sandbox, in this process."""
    names = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def make_ledger_table(name: str) -> None:
    """The ledger's table in the sandbox that this process uses, as the stack `state` makes it."""
    from waybill_lake.clients import dynamodb_client  # noqa: PLC0415  (finds the endpoint of the environment when it is first used)

    text = [{"AttributeName": attribute, "AttributeType": "S"} for attribute in ("pk", "sk", "open")]
    dynamodb_client().create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=text,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "open",
                "KeySchema": [{"AttributeName": "open", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
