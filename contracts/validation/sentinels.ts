/** Texts that a source sends where it has no value ("N/A", "Date Not Captured"): the field counts as absent, so that a strict contract keeps the event. */
import type { Sentinels, Violation } from '../model.ts';

type Fields = Record<string, unknown>;

/** The event without the fields that break a rule because they hold such a text; undefined when there are none. The event itself stays as it is. */
export function withoutSentinels(event: unknown, violations: readonly Violation[], sentinels: Sentinels): unknown {
  const { source } = (event ?? {}) as { readonly source?: unknown };
  const texts = new Set([...(sentinels['*'] ?? []), ...(typeof source === 'string' && Object.hasOwn(sentinels, source) ? (sentinels[source] ?? []) : [])]);
  let cleaned: unknown;
  for (const { path } of violations) {
    const names = path.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    const value = names.reduce<unknown>(fieldOf, event);
    if (names.length === 0 || typeof value !== 'string' || !texts.has(value)) continue;
    cleaned ??= structuredClone(event);
    const parent = names.slice(0, -1).reduce<unknown>(fieldOf, cleaned);
    // An element of a list has no name that could be absent.
    if (!Array.isArray(parent)) Reflect.deleteProperty(parent as Fields, names.at(-1) ?? '');
  }
  return cleaned;
}

const fieldOf = (parent: unknown, name: string): unknown => (typeof parent === 'object' && parent !== null && Object.hasOwn(parent, name) ? (parent as Fields)[name] : undefined);
