"""A cancel is heard whenever it comes, also before its query is at work: then an interrupt of the engine alone is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

MAIN = Path(__file__).parents[3] / "sandbox" / "athena" / "main.py"

#: Hours of work.
ENDLESS = """
WITH d(v) AS (SELECT * FROM UNNEST(sequence(1, 9000)))
SELECT count(*) FROM d a CROSS JOIN d b CROSS JOIN d c WHERE a.v * b.v > c.v
"""


def test_a_query_that_is_cancelled_at_once_ends() -> None:
    run = {"op": "run", "id": "one", "sql": ENDLESS, "database": None, "parameters": [], "output": "s3://none/none", "limit": None}
    settings = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_REGION": "eu-central-1"}
    process = subprocess.Popen([sys.executable, str(MAIN)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=settings)
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{json.dumps(run)}\n{json.dumps({'op': 'cancel', 'id': 'one'})}\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline()) == {"event": "ready"}
        assert json.loads(process.stdout.readline()) | {"engineMs": 0} == {
            "id": "one",
            "scannedBytes": 0,
            "engineMs": 0,
            "event": "cancelled",
            "message": "Query cancelled by user",
        }
    finally:
        process.kill()
        process.wait()
