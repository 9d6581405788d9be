-- What Athena's functions mean where DuckDB's of the same name mean something else. Overloads choose by type, so results keep Athena's.

-- Quotients: of integers cut off, of decimals with the larger scale of both, rounded half up; by zero an error. Made under integer_division.
CREATE MACRO athena_scale(kind) AS CASE WHEN kind LIKE 'DECIMAL%' THEN CAST(regexp_extract(kind, ',(\d+)\)', 1) AS INTEGER) ELSE 0 END;
CREATE MACRO athena_floating(a, b) AS typeof(a) IN ('DOUBLE', 'FLOAT') OR typeof(b) IN ('DOUBLE', 'FLOAT');
CREATE MACRO athena_div(a, b) AS CASE
  WHEN athena_floating(a, b) AND b = 0 THEN error('NOT_SUPPORTED: A double divided by zero is Infinity or NaN in Athena, which is not run here. Write x / nullif(y, 0)')
  WHEN athena_floating(a, b) THEN a / b
  WHEN b = 0 THEN error('DIVISION_BY_ZERO: Division by zero')
  WHEN typeof(a) LIKE 'DECIMAL%' OR typeof(b) LIKE 'DECIMAL%' THEN round(a / b, greatest(athena_scale(typeof(a)), athena_scale(typeof(b))))
  ELSE a / b END;
CREATE MACRO athena_mod(a, b) AS CASE WHEN NOT athena_floating(a, b) AND b = 0 THEN error('DIVISION_BY_ZERO: Division by zero') ELSE a % b END;

-- A mean of decimals has their scale; the second argument is the least of them, for its type.
CREATE MACRO athena_avg(mean, least) AS CASE WHEN typeof(least) LIKE 'DECIMAL%' THEN round(mean, athena_scale(typeof(least))) ELSE mean END;

-- Adding units keeps the type; a date has no hours.
CREATE MACRO athena_no_time(unit) AS error('INVALID_FUNCTION_ARGUMENT: ''' || unit || ''' is not a valid Date field');
CREATE MACRO athena_add_millisecond(a DATE, n) AS CAST(athena_no_time('millisecond') AS DATE), (a TIMESTAMP, n) AS a + to_milliseconds(n), (a TIMESTAMPTZ, n) AS a + to_milliseconds(n);
CREATE MACRO athena_add_second(a DATE, n) AS CAST(athena_no_time('second') AS DATE), (a TIMESTAMP, n) AS a + to_seconds(n), (a TIMESTAMPTZ, n) AS a + to_seconds(n);
CREATE MACRO athena_add_minute(a DATE, n) AS CAST(athena_no_time('minute') AS DATE), (a TIMESTAMP, n) AS a + to_minutes(n), (a TIMESTAMPTZ, n) AS a + to_minutes(n);
CREATE MACRO athena_add_hour(a DATE, n) AS CAST(athena_no_time('hour') AS DATE), (a TIMESTAMP, n) AS a + to_hours(n), (a TIMESTAMPTZ, n) AS a + to_hours(n);
CREATE MACRO athena_add_day(a DATE, n) AS CAST(a + to_days(CAST(n AS INTEGER)) AS DATE), (a TIMESTAMP, n) AS a + to_days(CAST(n AS INTEGER)), (a TIMESTAMPTZ, n) AS a + to_days(CAST(n AS INTEGER));
CREATE MACRO athena_add_week(a DATE, n) AS CAST(a + to_weeks(CAST(n AS INTEGER)) AS DATE), (a TIMESTAMP, n) AS a + to_weeks(CAST(n AS INTEGER)), (a TIMESTAMPTZ, n) AS a + to_weeks(CAST(n AS INTEGER));
CREATE MACRO athena_add_month(a DATE, n) AS CAST(a + to_months(CAST(n AS INTEGER)) AS DATE), (a TIMESTAMP, n) AS a + to_months(CAST(n AS INTEGER)), (a TIMESTAMPTZ, n) AS a + to_months(CAST(n AS INTEGER));
CREATE MACRO athena_add_quarter(a DATE, n) AS CAST(a + to_months(CAST(3 * n AS INTEGER)) AS DATE), (a TIMESTAMP, n) AS a + to_months(CAST(3 * n AS INTEGER)), (a TIMESTAMPTZ, n) AS a + to_months(CAST(3 * n AS INTEGER));
CREATE MACRO athena_add_year(a DATE, n) AS CAST(a + to_years(CAST(n AS INTEGER)) AS DATE), (a TIMESTAMP, n) AS a + to_years(CAST(n AS INTEGER)), (a TIMESTAMPTZ, n) AS a + to_years(CAST(n AS INTEGER));

CREATE MACRO athena_date_trunc(unit, a DATE) AS CASE WHEN unit IN ('millisecond', 'second', 'minute', 'hour') THEN CAST(athena_no_time(unit) AS DATE) ELSE CAST(date_trunc(unit, a) AS DATE) END,
  (unit, a TIMESTAMP) AS date_trunc(unit, a), (unit, a TIMESTAMPTZ) AS date_trunc(unit, a);

-- A timestamp without a zone is one of the session's zone, UTC; the result is the wall clock of the zone.
CREATE MACRO athena_wall_clock(a TIMESTAMP, zone) AS CAST(a AS TIMESTAMPTZ) AT TIME ZONE zone, (a TIMESTAMPTZ, zone) AS a AT TIME ZONE zone;

-- Casts: a double to an integer rounds half away from zero; what a timestamp or a double looks like as text depends on its precision.
CREATE MACRO athena_whole(a) AS CASE WHEN typeof(a) IN ('DOUBLE', 'FLOAT') THEN CAST(round(TRY_CAST(a AS DOUBLE)) AS BIGINT) ELSE CAST(a AS BIGINT) END;
CREATE MACRO athena_text(a) AS CASE
  WHEN typeof(a) IN ('TIMESTAMP', 'TIMESTAMP WITH TIME ZONE') THEN error('NOT_SUPPORTED: CAST(timestamp AS varchar) is not run here, its digits differ by precision. Use date_format(x, ''%Y-%m-%d %H:%i:%s'')')
  WHEN typeof(a) IN ('DOUBLE', 'FLOAT') THEN error('NOT_SUPPORTED: CAST(double AS varchar) is not run here, Athena writes 1.5E0. Cast to decimal first, or use format')
  ELSE CAST(a AS VARCHAR) END;

-- JSON: no JSON and no scalar are NULL.
CREATE MACRO athena_json_scalar(document, path) AS CASE WHEN NOT json_valid(CAST(document AS VARCHAR)) OR json_type(CAST(document AS VARCHAR), path) IN ('OBJECT', 'ARRAY') THEN NULL ELSE CAST(document AS VARCHAR) ->> path END;
