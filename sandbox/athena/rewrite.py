"""Athena's SQL as DuckDB's: sqlglot does the grammar, this the meaning that the two share a name for and not a value."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import ErrorLevel, exp

from errors import QueryError, not_supported, syntax_error
from functions import check_functions

_UNITS = ("millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year")
#: Where the wall clock of a zone means the same as Athena's timestamp with that zone.
_ZONE_READERS = (
    exp.TimeToStr,
    exp.Extract,
    exp.Year,
    exp.Quarter,
    exp.Month,
    exp.WeekOfYear,
    exp.Day,
    exp.DayOfMonth,
    exp.DayOfWeekIso,
    exp.DayOfYear,
    exp.Hour,
    exp.Minute,
    exp.Second,
    exp.Date,
)
_WHOLE = {exp.DataType.Type.TINYINT, exp.DataType.Type.SMALLINT, exp.DataType.Type.INT, exp.DataType.Type.BIGINT}
_TEXT = {exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT}
_TIMESTAMPS = {exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPTZ}


def to_duckdb(tree: exp.Expr) -> str:
    """@raise QueryError: for a function off the list or a construct that would answer differently"""
    check_functions(tree)
    _name_columns(tree)
    # Children first: what a parent moves into a call is rewritten already.
    for node in reversed(list(tree.walk())):
        if isinstance(node, exp.Avg):
            _avg(node)
            continue
        change = _CHANGES.get(type(node))
        made = change(node) if change else None
        if made is not None and made is not node:
            node.replace(made)
    try:
        return tree.sql("duckdb", unsupported_level=ErrorLevel.RAISE)
    except Exception as error:
        raise not_supported(f"{error}") from error


def _call(name: str, *arguments: exp.Expr | str | int) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[_expression(argument) for argument in arguments])


def _expression(value: exp.Expr | str | int) -> exp.Expr:
    if isinstance(value, str):
        return exp.Literal.string(value)
    return exp.Literal.number(value) if isinstance(value, int) else value.copy()


def _name_columns(tree: exp.Expr) -> None:
    """Athena calls what has no name _col0, _col1, … by position."""
    select = tree
    while isinstance(select, (exp.SetOperation, exp.Subquery)):
        select = select.this
    if not isinstance(select, exp.Select):
        return
    for at, column in enumerate(list(select.expressions)):
        if not isinstance(column, (exp.Alias, exp.Column, exp.Star, exp.Dot)):
            column.replace(exp.alias_(column.copy(), f"_col{at}"))


def _unit(node: exp.Expr) -> str:
    unit = node.args.get("unit")
    name = (unit.name if isinstance(unit, exp.Expr) else str(unit or "day")).lower()
    if name not in _UNITS:
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"'{name}' is not a valid unit. Allowed: {', '.join(_UNITS)}")
    return name


def _date_diff(node: exp.Expr) -> exp.Expr:
    # DuckDB's date_diff counts boundaries, its date_sub full units, as Athena's date_diff does.
    return _call("date_sub", _unit(node), node.expression, node.this)


def _date_add(node: exp.Expr) -> exp.Expr:
    count = node.expression
    return _call(f"athena_add_{_unit(node)}", node.this, count.this if isinstance(count, exp.Interval) else count)


def _with_interval(node: exp.Expr) -> exp.Expr | None:
    """``date + interval '7' day`` stays a date."""
    interval = node.expression
    if not isinstance(interval, exp.Interval) or interval.this is None or interval.args.get("unit") is None:
        return None
    unit = interval.args["unit"].name.lower().rstrip("s")
    text = interval.this.name
    if unit not in _UNITS or not text.lstrip("-").isdigit():
        return None
    return _call(f"athena_add_{unit}", node.this, int(text) * (-1 if isinstance(node, exp.Sub) else 1))


def _trunc(node: exp.Expr) -> exp.Expr:
    return _call("athena_date_trunc", _unit(node), node.this)


def _at_zone(node: exp.Expr) -> exp.Expr | None:
    value, zone = (node.this, node.args["zone"]) if isinstance(node, exp.AtTimeZone) else (node.expressions[0], node.expressions[1])
    reader = node.parent
    while isinstance(reader, (exp.Paren, exp.TimestampTrunc, exp.DateTrunc)):
        reader = reader.parent
    is_date = isinstance(reader, exp.Cast) and reader.to.this in (exp.DataType.Type.DATE,)
    if not is_date and not isinstance(reader, _ZONE_READERS):
        raise not_supported(
            "AT TIME ZONE is run here only inside CAST(… AS date), date_format, extract, year … second: a value with a zone other than UTC"
            " cannot be kept. Example: CAST(event_time AT TIME ZONE 'Europe/Berlin' AS date)"
        )
    return _call("athena_wall_clock", value, zone)


def _anonymous(node: exp.Expr) -> exp.Expr | None:
    if node.name.lower() == "at_timezone":
        return _at_zone(node)
    return None


def _by(name: str) -> Callable[[exp.Expr], exp.Expr]:
    def change(node: exp.Expr) -> exp.Expr:
        if node.args.get("count") is not None:
            raise not_supported(f"{'max_by' if 'max' in name else 'min_by'} with a count is not run here")
        return _call(name, node.this, node.expression)

    return change


def _avg(node: exp.Expr) -> None:
    """The mean is wrapped with its window and filter: what stands around an aggregate belongs to it."""
    outer: exp.Expr = node
    while isinstance(outer.parent, (exp.Window, exp.Filter)) and outer.arg_key == "this":
        outer = outer.parent
    least = outer.copy()
    for mean in [least] if isinstance(least, exp.Avg) else list(least.find_all(exp.Avg, bfs=True))[:1]:
        made = exp.Min(this=mean.this)
        least = made if mean is least else least
        mean.replace(made)
    outer.replace(_call("athena_avg", outer, least))


def _cast(node: exp.Expr) -> exp.Expr | None:
    kind = node.args["to"].this
    if kind in _TIMESTAMPS and node.this.is_string and _names_zone(node.this.name):
        return exp.cast(node.this.copy(), "timestamptz")
    if isinstance(node, exp.TryCast):
        return None
    if kind in _TEXT:
        return _call("athena_text", node.this)
    if kind in _WHOLE:
        whole = _call("athena_whole", node.this)
        return whole if kind == exp.DataType.Type.BIGINT else exp.cast(whole, kind)
    if kind == exp.DataType.Type.JSON:
        raise not_supported("CAST(… AS JSON) is not run here")
    return None


def _names_zone(text: str) -> bool:
    """``2026-11-01 00:00:00 UTC`` or ``… +01:00``: a literal with a zone is a timestamp with one."""
    time = text.strip()[10:]
    return any(character.isalpha() for character in time.replace("T", "", 1)) or "+" in time or "-" in time


def _quantile(node: exp.Expr) -> exp.Expr | None:
    if any(node.args.get(name) is not None for name in ("accuracy", "weight", "error_tolerance")):
        raise not_supported("approx_percentile with weights or an accuracy is not run here; give a column and a share")
    return None


def _unnest(node: exp.Expr) -> exp.Expr | None:
    """Rows in an array become columns in Athena; DuckDB's UNNEST keeps them whole unless told."""
    alias = node.args.get("alias")
    if alias is None or len(node.expressions) != 1 or len(alias.columns) < 2 or node.args.get("offset"):
        return None
    deep = exp.PropertyEQ(this=exp.to_identifier("max_depth"), expression=exp.Literal.number(2))
    rows = exp.select(exp.Explode(this=node.expressions[0].copy(), expressions=[deep]))
    return exp.Lateral(this=rows.subquery(), alias=alias.copy())


def _slice(node: exp.Expr) -> exp.Expr:
    """Athena gives a start and a length, DuckDB a start and an end."""
    start, length = node.args["start"], node.args["end"]
    end = exp.Sub(this=exp.Add(this=start.copy(), expression=length.copy()), expression=exp.Literal.number(1))
    return _call("list_slice", node.this, start, end)


def _placeholder(_node: exp.Expr) -> exp.Expr:
    raise syntax_error("Incorrect number of parameters: the query has more ? than values were given")


_CHANGES: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr | None]] = {
    exp.DateDiff: _date_diff,
    exp.DateAdd: _date_add,
    exp.Add: _with_interval,
    exp.Sub: _with_interval,
    exp.TimestampTrunc: _trunc,
    exp.DateTrunc: _trunc,
    exp.AtTimeZone: _at_zone,
    exp.Anonymous: _anonymous,
    exp.Div: lambda node: _call("athena_div", node.this, node.expression),
    exp.Mod: lambda node: _call("athena_mod", node.this, node.expression),
    exp.ArgMax: _by("arg_max_null"),
    exp.ArgMin: _by("arg_min_null"),
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.JSONExtractScalar: lambda node: _call("athena_json_scalar", node.this, str(node.expression.sql("athena")).strip("'")),
    exp.ApproxQuantile: _quantile,
    exp.ArraySlice: _slice,
    exp.Unnest: _unnest,
    exp.Placeholder: _placeholder,
}
