/** The open alerts of a shipment as its item stores them: raise-alerts compares what was stored, never what a newer release would derive. */
import { ALERT_KINDS } from '../shipment/index.ts';
import type { Alert, AlertKind } from '../shipment/index.ts';

/** JSON: a list of [kind, subject, level, members, since, planned, estimated]; 0 = not stated. */
export const packAlerts = (alerts: readonly Alert[]): string =>
  JSON.stringify(alerts.map(({ kind, subject, level, members, since, planned, estimated }) => [kind, subject, level, members, since, planned ?? 0, estimated ?? 0]));

/** What was stored; undefined when it is nothing that a release of ours wrote. A kind that only a newer release knows is left out. */
export function unpackAlerts(text: string): readonly Alert[] | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(read) || !read.every((entry) => Array.isArray(entry))) return undefined;
  return read.flatMap((entry: readonly unknown[]) => {
    const [kind, subject, level, members, since, planned, estimated] = entry;
    if (!isKind(kind) || typeof subject !== 'string' || typeof level !== 'number' || !Array.isArray(members)) return [];
    return [{ kind, subject, level, members: members.filter((member) => typeof member === 'string'), since: timeOf(since) ?? 0, ...named('planned', planned), ...named('estimated', estimated) }];
  });
}

const isKind = (value: unknown): value is AlertKind => ALERT_KINDS.some((kind) => kind === value);
const timeOf = (value: unknown): number | undefined => (typeof value === 'number' && value > 0 ? value : undefined);

function named<Name extends 'planned' | 'estimated'>(name: Name, value: unknown): { readonly [N in Name]?: number } {
  const time = timeOf(value);
  return (time === undefined ? {} : { [name]: time }) as { readonly [N in Name]?: number };
}
