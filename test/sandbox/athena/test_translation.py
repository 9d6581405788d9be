"""Athena's SQL against golden values: what Trino's documents say Athena answers, never taken from DuckDB."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlglot import exp

import plan
from engine import Engine
from errors import QueryError
from functions import ALLOWED, key_of
from rewrite import to_duckdb
from values import to_text

GOLDEN: list[dict[str, Any]] = json.loads(Path(__file__).with_name("golden.json").read_text())
ROWS = "FROM (VALUES (1, 'a'), (2, NULL)) t (x, y)"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(None)


def first_cell(engine: Engine, expression: str) -> str | None:
    connection = engine.connect()
    try:
        columns, rows = connection.select(to_duckdb(plan.parse(f"SELECT {expression} {ROWS}")))
        return to_text(next(iter(rows))[0], columns[0][1].athena)
    finally:
        connection.close()


@pytest.mark.parametrize("case", [case for case in GOLDEN if "value" in case], ids=lambda case: str(case["sql"]))
def test_an_expression_answers_what_athena_answers(engine: Engine, case: dict[str, Any]) -> None:
    assert first_cell(engine, case["sql"]) == case["value"]


@pytest.mark.parametrize("case", [case for case in GOLDEN if "error" in case], ids=lambda case: str(case["sql"]))
def test_what_cannot_be_answered_alike_is_refused_by_name(engine: Engine, case: dict[str, Any]) -> None:
    with pytest.raises(QueryError) as caught:
        first_cell(engine, case["sql"])
    assert caught.value.code == case["error"]


def test_each_function_on_the_list_has_a_golden_value() -> None:
    seen = {key_of(node) for case in GOLDEN if "value" in case for node in plan.parse(f"SELECT {case['sql']}").find_all(exp.Func)}
    assert set(ALLOWED) - seen == set()


def test_the_types_of_dates_survive_arithmetic(engine: Engine) -> None:
    columns, _rows = engine.connect().select(
        to_duckdb(plan.parse("SELECT date_add('day', 1, current_date) a, current_date - interval '1' day b, 7 / 2 c"))
    )
    assert [kind.athena for _, kind in columns] == ["date", "date", "integer"]


def test_unnamed_columns_are_called_as_in_athena(engine: Engine) -> None:
    columns, _rows = engine.connect().select(to_duckdb(plan.parse("SELECT 1, 2 AS b, 3")))
    assert [name for name, _ in columns] == ["_col0", "b", "_col2"]


def test_rows_in_an_array_become_columns(engine: Engine) -> None:
    connection = engine.connect()
    connection.relation("stays", "SELECT [{'hub': 'NLRTM', 'n': 2}, {'hub': 'USCHI', 'n': 3}] AS hubs")
    _columns, rows = connection.select(
        to_duckdb(plan.parse("SELECT h.hub, h.n FROM stays s CROSS JOIN UNNEST(s.hubs) AS h (hub, n) ORDER BY 2"))
    )
    assert list(rows) == [("NLRTM", 2), ("USCHI", 3)]


@pytest.mark.parametrize(
    ("sql", "values", "expected"),
    [
        ("SELECT ?", ["'it''s'"], "it's"),
        ("SELECT ? + ?", ["1", "-2"], "-1"),
        ("SELECT date_add('day', 1, ?)", ["DATE '2026-11-01'"], "2026-11-02"),
    ],
)
def test_parameters_take_the_places_of_question_marks(engine: Engine, sql: str, values: list[str], expected: str) -> None:
    tree = plan.parse(sql)
    plan.bind_parameters(tree, values)
    _columns, rows = engine.connect().select(to_duckdb(tree))
    assert to_text(next(iter(rows))[0]) == expected


@pytest.mark.parametrize("value", ["x", "(SELECT 1)", "count(1)", "1, 2", "1; DROP", ""])
def test_a_parameter_is_a_literal_and_nothing_else(value: str) -> None:
    with pytest.raises(QueryError, match="is no literal"):
        plan.bind_parameters(plan.parse("SELECT ?"), [value])


def test_a_wrong_number_of_parameters_is_an_error() -> None:
    with pytest.raises(QueryError, match="expected 2 but found 1"):
        plan.bind_parameters(plan.parse("SELECT ?, ?"), ["1"])


def test_a_mistake_in_the_grammar_names_its_place() -> None:
    with pytest.raises(QueryError, match=r"SYNTAX_ERROR: line 1:17: .* near 'WHERE'"):
        plan.parse("SELECT FROM WHERE")
