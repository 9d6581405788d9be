/** DynamoDB's own form of the few value kinds we store. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  /** Base64 over the wire. */
  | { readonly B: string }
  | { readonly SS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Readonly<Record<string, AttributeValue>> };

export type Item = Readonly<Record<string, AttributeValue>>;

export const S = (value: string): AttributeValue => ({ S: value });
export const N = (value: number): AttributeValue => ({ N: digitsOf(value) });
export const BOOL = (value: boolean): AttributeValue => ({ BOOL: value });
export const B = (value: Uint8Array): AttributeValue => ({ B: bufferOf(value).toString('base64') });
export const L = (values: readonly AttributeValue[]): AttributeValue => ({ L: values });
export const M = (values: Readonly<Record<string, AttributeValue>>): AttributeValue => ({ M: values });

const bufferOf = (value: Uint8Array): Buffer => (Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength));

/** The text of a string attribute; undefined when absent or of another kind. */
export function stringOf(value: unknown): string | undefined {
  const text = property(value, 'S');
  return typeof text === 'string' ? text : undefined;
}

export function numberOf(value: unknown): number | undefined {
  const text = property(value, 'N');
  return typeof text === 'string' && text !== '' ? Number(text) : undefined;
}

export function bytesOf(value: unknown): Buffer | undefined {
  const text = property(value, 'B');
  return typeof text === 'string' ? Buffer.from(text, 'base64') : undefined;
}

/** A parsed answer's `Item` as an object of attribute values; undefined when there is none. */
export function itemOf(value: unknown): Item | undefined {
  return typeof value === 'object' && value !== null ? (value as Item) : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? (value as Record<string, unknown>)[name] : undefined;
}

const [HALF, BEHIND_SMALL, BEHIND_TIMES] = [10_000_000, 1_000_000_000, 100_000_000_000_000] as const;

/** What `String` says; times in ms at half its cost, in two halves that are small integers to the engine. */
export function digitsOf(value: number): string {
  if (!(value >= BEHIND_SMALL && value < BEHIND_TIMES && Number.isInteger(value))) return String(value);
  const high = Math.trunc(value / HALF);
  return String(high) + String(HALF + (value - high * HALF)).slice(1);
}
