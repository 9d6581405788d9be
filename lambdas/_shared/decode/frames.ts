export type Frame = 'plain' | 'marker' | 'gzip' | 'zstd' | 'KPL';

const MAGIC: readonly (readonly [Exclude<Frame, 'plain'>, readonly number[]])[] = [
  ['marker', [0x57, 0x42, 0x4d, 0x31]], // WBM1
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['KPL', [0xf3, 0x89, 0x9a, 0xc2]], // Kinesis Producer Library aggregation
];

export const OPENING_BRACE = 0x7b;

/** What a record is, by its first bytes. None of the magics can begin a JSON text. */
export function frameOf(bytes: Uint8Array): Frame {
  if (bytes[0] === OPENING_BRACE) return 'plain';
  const found = MAGIC.find(([, magic]) => magic.every((byte, index) => bytes[index] === byte));
  return found === undefined ? 'plain' : found[0];
}
