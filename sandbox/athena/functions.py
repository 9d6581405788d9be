"""Which functions a query may call. Each has a golden value in test/sandbox/athena/golden.json; all others are refused by name."""

from __future__ import annotations

import difflib

from sqlglot import exp

from errors import QueryError

#: What sqlglot counts as functions and SQL as syntax.
SYNTAX: tuple[type[exp.Expr], ...] = (exp.And, exp.Or, exp.Xor, exp.Case, exp.Cast, exp.TryCast, exp.Exists, exp.Unnest, exp.Array, exp.Map)

#: Key of the parsed node (class name, or the bare name where sqlglot has no class) -> name in Athena.
ALLOWED: dict[str, str] = {
    # conditions
    "Coalesce": "coalesce",
    "Nullif": "nullif",
    "If": "if",
    "Greatest": "greatest",
    "Least": "least",
    "Try": "try",
    # aggregates
    "Count": "count",
    "Sum": "sum",
    "Avg": "avg",
    "Min": "min",
    "Max": "max",
    "CountIf": "count_if",
    "ApproxDistinct": "approx_distinct",
    "ApproxQuantile": "approx_percentile",
    "ArgMax": "max_by",
    "ArgMin": "min_by",
    "AnyValue": "arbitrary",
    "ArrayAgg": "array_agg",
    "GroupConcat": "listagg",
    "LogicalOr": "bool_or",
    "LogicalAnd": "bool_and",
    "Stddev": "stddev",
    "StddevSamp": "stddev_samp",
    "StddevPop": "stddev_pop",
    "Variance": "var_samp",
    "Corr": "corr",
    # windows
    "RowNumber": "row_number",
    "Rank": "rank",
    "DenseRank": "dense_rank",
    "PercentRank": "percent_rank",
    "CumeDist": "cume_dist",
    "Ntile": "ntile",
    "Lag": "lag",
    "Lead": "lead",
    "FirstValue": "first_value",
    "LastValue": "last_value",
    # times
    "CurrentDate": "current_date",
    "CurrentTimestamp": "current_timestamp",
    "DateAdd": "date_add",
    "DateDiff": "date_diff",
    "TimestampTrunc": "date_trunc",
    "DateTrunc": "date_trunc",
    "Date": "date",
    "Extract": "extract",
    "Year": "year",
    "Quarter": "quarter",
    "Month": "month",
    "WeekOfYear": "week",
    "Day": "day",
    "DayOfMonth": "day_of_month",
    "DayOfWeekIso": "day_of_week",
    "DayOfYear": "day_of_year",
    "Hour": "hour",
    "Minute": "minute",
    "Second": "second",
    "LastDay": "last_day_of_month",
    "TimeToStr": "date_format",
    "StrToTime": "date_parse",
    "TimeToUnix": "to_unixtime",
    "UnixToTime": "from_unixtime",
    "FromISO8601Timestamp": "from_iso8601_timestamp",
    "at_timezone": "at_timezone",
    "FromISO8601Date": "from_iso8601_date",
    # text
    "Concat": "concat",
    "Lower": "lower",
    "Upper": "upper",
    "Trim": "trim",
    "Length": "length",
    "Replace": "replace",
    "Reverse": "reverse",
    "Substring": "substr",
    "Split": "split",
    "SplitPart": "split_part",
    "StrPosition": "strpos",
    "StartsWith": "starts_with",
    "Pad": "lpad",
    "RegexpLike": "regexp_like",
    "RegexpExtract": "regexp_extract",
    "RegexpReplace": "regexp_replace",
    # numbers
    "Abs": "abs",
    "Ceil": "ceil",
    "Floor": "floor",
    "Round": "round",
    "Trunc": "truncate",
    "Sign": "sign",
    "Sqrt": "sqrt",
    "Exp": "exp",
    "Ln": "ln",
    "Pow": "power",
    "IsNan": "is_nan",
    # arrays and maps
    "ArraySize": "cardinality",
    "ArrayContains": "contains",
    "ArrayToString": "array_join",
    "ArrayDistinct": "array_distinct",
    "ArrayMax": "array_max",
    "ArrayMin": "array_min",
    "ArraySort": "array_sort",
    "Transform": "transform",
    "ArrayFilter": "filter",
    "ArraySlice": "slice",
    "GenerateSeries": "sequence",
    "MapKeys": "map_keys",
    "map_values": "map_values",
    "Flatten": "flatten",
    # JSON
    "JSONExtractScalar": "json_extract_scalar",
}

_HINTS = {
    "json_extract": "json_extract_scalar reads one value",
    "format_datetime": "date_format(x, '%Y-%m-%d') writes a time",
    "parse_datetime": "date_parse(text, '%Y-%m-%d') reads a time",
    "histogram": "GROUP BY with count(*) counts values",
    "localtimestamp": "current_timestamp has the time, in UTC",
}


def key_of(node: exp.Func) -> str:
    return node.name.lower() if isinstance(node, exp.Anonymous) else type(node).__name__


def athena_name(node: exp.Func) -> str:
    """How the asker called it."""
    key = key_of(node)
    if key in ALLOWED:
        return ALLOWED[key]
    return node.sql("athena").split("(")[0].strip().lower()


def check_functions(tree: exp.Expr) -> None:
    """@raise QueryError: naming the first function that is not on the list, with what to use instead"""
    for node in tree.find_all(exp.Func):
        if isinstance(node, SYNTAX) or key_of(node) in ALLOWED:
            continue
        name = athena_name(node)
        raise QueryError("FUNCTION_NOT_FOUND", f"Function '{name}' is not run by the sandbox. {hint(name)}")


def hint(name: str) -> str:
    if name in _HINTS:
        return f"{_HINTS[name]}. On AWS it may exist."
    near = difflib.get_close_matches(name, ALLOWED.values(), n=3, cutoff=0.6)
    if near:
        return f"Near it: {', '.join(near)}. On AWS it may exist; docs/sandbox.md lists what runs here."
    return "On AWS it may exist; docs/sandbox.md lists what runs here."
