/** Reads parts of an event that may be anything: a broken optional field counts as absent, it never throws. */
import { codePoints } from '../../contracts/validation/code-points.ts';

export function readObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
}

export const readList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);

/**
 * A non-empty string; undefined for anything else and for a text longer than `maximum` code points. Half surrogate pairs
 * become U+FFFD, else the text would change on its way through UTF-8.
 */
export function readText(value: unknown, { maximum = Infinity }: { maximum?: number } = {}): string | undefined {
  return typeof value === 'string' && value !== '' && (value.length <= maximum || codePoints(value) <= maximum) ? value.toWellFormed() : undefined;
}
