"""PartiQL as AWS documents it: `UPDATE t SET "a" = ? SET "b" = ? REMOVE "c" WHERE …`, one keyword for each path.

ministack 1.4.21 reads one SET with a list behind commas. The statement is brought into that form before it is parsed; values are
parameters in what we run, so no text of a value can look like a keyword.

Stock parses every statement twice, character by character, which is most of what a bulk write costs. Here a text is parsed once, with
marks in place of its values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
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


class Mark(dict[str, str]):
    """Stands where a statement wants a parameter."""

    def __init__(self, index: int) -> None:
        super().__init__(waybill="parameter")
        self.index = index


Parsed = dict[str, Any]
#: Texts name what changes together: a few hundred are all there are.
MOST_TEXTS = 2_000


class Reader:
    """Reads statements. ``stock``: ministack's own parser."""

    def __init__(self, stock: Callable[[str, list[Any]], Parsed]) -> None:
        self._stock = stock
        self._shape = lru_cache(MOST_TEXTS)(self._read_shape)

    def read(self, statement: str, parameters: list[Any]) -> Parsed:
        """The statement with its parameters, as ministack's services take it. Raises ``ValueError`` for what is none."""
        shape = self._shape(statement)
        if shape is None or len(parameters or []) != shape[1]:
            return self._stock(one_keyword(statement), parameters)
        return filled(shape[0], parameters)

    def _read_shape(self, statement: str) -> tuple[Parsed, int] | None:
        """Parsed with marks, and how many there are; ``None``: of another form, which stock reads each time."""
        count = statement.count("?")
        try:
            parsed = self._stock(one_keyword(statement), [Mark(index) for index in range(count)])
        except (ValueError, KeyError, IndexError):
            return None
        marks = [value for value in values_of(parsed) if isinstance(value, Mark)]
        plain = parsed["op"] in ("INSERT", "UPDATE") and len(marks) == count == len(values_of(parsed))
        return (parsed, count) if plain and not parsed.get("returning") else None


def values_of(parsed: Parsed) -> list[Any]:
    """All that a statement compares with or writes."""
    compared = [value for _name, operator, value in parsed.get("conditions") or [] if operator not in ("is_missing", "is_not_missing")]
    return [*parsed.get("item", {}).values(), *parsed.get("set_attrs", {}).values(), *compared]


def filled(shape: Parsed, parameters: list[Any]) -> Parsed:
    """A copy with the parameters in place of the marks. Its condition is a list; ``where_fn`` only says that there is one."""
    made = dict(shape)
    for part in ("item", "set_attrs"):
        if part in made:
            made[part] = {name: parameters[mark.index] for name, mark in made[part].items()}
    if "conditions" in made:
        made["conditions"] = [
            (name, operator, parameters[value.index] if isinstance(value, Mark) else value) for name, operator, value in made["conditions"]
        ]
    return made


def install() -> None:
    dynamodb._parse_partiql = Reader(dynamodb._parse_partiql).read
