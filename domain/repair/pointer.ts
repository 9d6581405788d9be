/** JSON pointers (RFC 6901) into an event: read, set and remove without touching the event that was given. */
import { isObject } from '../../contracts/json-object.ts';

export type Pointer = readonly string[];

/** Names that would reach into JavaScript's own objects. */
const FORBIDDEN: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** undefined when the text is no pointer to a field. */
export function readPointer(text: unknown): Pointer | undefined {
  if (typeof text !== 'string' || !/^(\/([^~/]|~[01])+)+$/.test(text)) return undefined;
  const pointer = text.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return pointer.some((part) => FORBIDDEN.includes(part)) ? undefined : pointer;
}

/** undefined: there is no such field. */
export function valueAt(event: unknown, pointer: Pointer): unknown {
  let at = event;
  for (const part of pointer) {
    if (Array.isArray(at)) at = /^\d+$/.test(part) ? (at as unknown[])[Number(part)] : undefined;
    else at = isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  }
  return at;
}

/** A copy with the field set; objects on the way are made. Where something else than an object stands on the way, nothing changes. */
export function withValue(event: unknown, pointer: Pointer, value: unknown): unknown {
  const [part, ...rest] = pointer;
  if (part === undefined) return value;
  if (Array.isArray(event)) {
    const items: readonly unknown[] = event;
    return /^\d+$/.test(part) && Number(part) < items.length ? items.map((item, index) => (index === Number(part) ? withValue(item, rest, value) : item)) : items;
  }
  if (event !== undefined && !isObject(event)) return event;
  const next = withValue(event?.[part], rest, value);
  return next === event?.[part] ? event : { ...event, [part]: next };
}

/** A copy without the field. */
export function without(event: unknown, pointer: Pointer): unknown {
  const [part, ...rest] = pointer;
  if (part === undefined || !isObject(event) || !Object.hasOwn(event, part)) return event;
  if (rest.length > 0) return withValue(event, [part], without(event[part], rest));
  return Object.fromEntries(Object.entries(event).filter(([name]) => name !== part));
}
