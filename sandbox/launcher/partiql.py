"""PartiQL as AWS documents it: `UPDATE t SET "a" = ? SET "b" = ? REMOVE "c" WHERE …`, one keyword for each path.

ministack 1.4.21 reads one SET with a list behind commas. The statement is brought into that form before it is parsed; values are
parameters in what we run, so no text of a value can look like a keyword.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb

#: A further SET or REMOVE before a quoted or plain path.
SET_AGAIN = re.compile(r'\s+SET\s+(?="?[A-Za-z_])', re.IGNORECASE)
REMOVE_AGAIN = re.compile(r'\s+REMOVE\s+(?="?[A-Za-z_])', re.IGNORECASE)
UPDATE = re.compile(r'(UPDATE\s+"?[A-Za-z0-9_.\-]+"?\s+SET\s+)(.+?)(\s+WHERE\s+.+)$', re.IGNORECASE | re.DOTALL)


def one_keyword(statement: str) -> str:
    """The statement with one SET and one REMOVE, their paths behind commas."""
    match = UPDATE.match(statement)
    if match is None:
        return statement
    head, middle, tail = match.groups()
    sets, *removes = REMOVE_AGAIN.split(middle)
    removed = f" REMOVE {', '.join(path.strip().strip(chr(34)) for path in removes)}" if removes else ""
    return head + SET_AGAIN.sub(", ", sets) + removed + tail


def install() -> None:
    stock: Callable[[str, list[Any]], dict[str, Any]] = dynamodb._parse_partiql_update
    dynamodb._parse_partiql_update = lambda statement, parameters: stock(one_keyword(statement), parameters)
