/** What a colour and a shape say together. `stale` is also what is unknown. */
export type Tone = 'ok' | 'note' | 'warn' | 'bad' | 'stale';

/** Of two tones the one to act on first. */
const ORDER: readonly Tone[] = ['bad', 'warn', 'note', 'ok', 'stale'];
export const worst = (tones: readonly Tone[]): Tone => ORDER.find((tone) => tones.includes(tone)) ?? 'stale';

/** A region is worth a look from this share of delayed shipments on. */
export const HOT_SHARE = 0.15;
/** The same for a cell of vehicles, which holds fewer. */
export const HOT_CELL_SHARE = 0.2;
