/** Verdicts of quality rules, as the table quality_results in the ops database has them. */
import type { AthenaClient } from '@aws-sdk/client-athena';
import { isObject } from '../../contracts/json-object.ts';
import { resultPages, runQuery } from '../query/run-query.ts';
import type { Asked } from '../query/run-query.ts';

export type Severity = 'halt' | 'quarantine' | 'warn';

export interface Verdict {
  /** Business date, YYYY-MM-DD. */
  readonly day: string;
  readonly table: string;
  readonly rule: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly passed: boolean;
  /** What was measured; undefined where there was nothing to measure. */
  readonly observed?: number;
  /** What was allowed, in words. */
  readonly allowed: string;
  readonly owner?: string;
  /** The rule in a sentence. */
  readonly says?: string;
  /** Rows that the rule looked at, and those that broke it. */
  readonly rows?: number;
  readonly broken?: number;
  /** A row that breaks it: `<source>/<event id>`. */
  readonly example?: string;
  readonly run: string;
}

export interface Range { readonly from: string; readonly to: string }

/** Of each rule the newest verdict on each day counts, as in data_quality_daily. Days are checked before: they stand in the text. */
export const verdictsSql = ({ from, to }: Range): string => `SELECT cast(business_date AS varchar) AS day, table_name, rule, kind, severity, passed, observed, threshold, details, run
FROM (
  SELECT *, row_number() OVER (PARTITION BY business_date, table_name, rule ORDER BY judged_at DESC, run DESC, passed) AS age
  FROM quality_results
  WHERE business_date BETWEEN DATE '${from}' AND DATE '${to}'
) AS judged
WHERE age = 1
ORDER BY day, table_name, rule`;

/** @param place work group and ops database */
export async function readVerdicts(client: AthenaClient, place: Pick<Asked, 'database' | 'workGroup'>, range: Range, interrupted: Promise<void>): Promise<Verdict[]> {
  const finished = await runQuery(client, { ...place, sql: verdictsSql(range), parameters: [] }, interrupted);
  const verdicts: Verdict[] = [];
  for await (const page of resultPages(client, finished)) verdicts.push(...page.rows.map(verdictOf));
  return verdicts;
}

/** A row of `verdictsSql`. */
export function verdictOf(row: readonly (string | undefined)[]): Verdict {
  const [day = '', table = '', rule = '', kind = '', severity = 'warn', passed, observed, allowed = '', details, run = ''] = row;
  return {
    day, table, rule, kind,
    severity: severity === 'halt' || severity === 'quarantine' ? severity : 'warn',
    passed: passed === 'true',
    ...(observed === undefined || observed === '' ? {} : { observed: Number(observed) }),
    allowed,
    ...detailsOf(details),
    run,
  };
}

type Details = Pick<Verdict, 'owner' | 'says' | 'rows' | 'broken' | 'example'>;

/** Details are for finding the cause: what is not there or not as expected is left out. */
function detailsOf(text: string | undefined): Details {
  const found = parsed(text);
  const words = (name: string): Record<string, string> => (typeof found[name] === 'string' ? { [name]: found[name] } : {});
  const number = (name: string): Record<string, number> => (typeof found[name] === 'number' ? { [name]: found[name] } : {});
  return { ...words('owner'), ...words('says'), ...words('example'), ...number('rows'), ...number('broken') };
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
