import type { View } from '../model/route.ts';

/** What the list of keys says; the same table that is listened to. */
export const KEYS: readonly (readonly [string, string])[] = [
  ['/', 'find a shipment'],
  ['g o', 'overview'],
  ['g s', 'shipments'],
  ['g a', 'alerts'],
  ['g h', 'data health'],
  ['j k', 'next, previous alert'],
  ['a', 'acknowledge'],
  ['s', 'snooze, or end a snooze'],
  ['z', 'undo, while it is offered'],
  ['Enter', 'open the shipment'],
  ['arrows', 'map: move'],
  ['+ − 0', 'map: in, out, all'],
  ['t', 'theme'],
  ['?', 'this list'],
];

export const GO: Readonly<Record<string, View>> = { o: 'overview', s: 'shipments', a: 'alerts', h: 'health' };

export type Command = { readonly go: View } | 'find' | 'theme' | 'help' | 'next' | 'previous' | 'acknowledge' | 'snooze' | 'undo' | 'open' | 'prefix' | null;

const COMMANDS: Readonly<Record<string, Exclude<Command, null | { readonly go: View }>>> = { '/': 'find', t: 'theme', '?': 'help', j: 'next', k: 'previous', a: 'acknowledge', s: 'snooze', z: 'undo', Enter: 'open', g: 'prefix' };

/** What a key means; `isPrefixed`: the key before it was `g`. */
export function commandOf(key: string, isPrefixed: boolean): Command {
  if (isPrefixed) {
    return Object.hasOwn(GO, key) && GO[key] !== undefined ? { go: GO[key] } : null;
  }
  return Object.hasOwn(COMMANDS, key) ? (COMMANDS[key] ?? null) : null;
}
