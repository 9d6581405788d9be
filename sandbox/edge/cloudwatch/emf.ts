/** The embedded metric format: a log line that is a JSON object with `_aws.CloudWatchMetrics` becomes metrics. */
import { asObject } from '../../json.ts';
import type { MetricIdentity } from './metric-store.ts';

export interface EmfValue {
  readonly identity: MetricIdentity;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly value: number;
}

/** Lines that are no EMF give nothing; a dimension set with a missing member is left out, as AWS does. */
export function readEmf(line: string): EmfValue[] {
  if (!line.includes('"CloudWatchMetrics"')) return [];
  const document = parse(line.slice(Math.max(0, line.indexOf('{'))));
  const header = asObject(document['_aws']);
  const time = Number(header['Timestamp']);
  if (!Number.isFinite(time)) return [];
  return list(header['CloudWatchMetrics']).flatMap((directive) => readDirective(document, asObject(directive), time));
}

function readDirective(document: Record<string, unknown>, directive: Record<string, unknown>, time: number): EmfValue[] {
  const namespace = String(directive['Namespace']);
  const declared = list(directive['Dimensions']);
  const sets = (declared.length === 0 ? [[]] : declared).map((set) => list(set).map(String)).filter((set) => set.every((name) => document[name] !== undefined));

  return sets.flatMap((set) => {
    const dimensions = Object.fromEntries(set.map((name) => [name, String(document[name])]));
    return list(directive['Metrics']).flatMap((metric) => {
      const name = String(asObject(metric)['Name']);
      return [document[name]].flat().filter((value) => typeof value === 'number').map((value) => ({ identity: { namespace, name, dimensions }, time, value }));
    });
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return {};
  }
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
