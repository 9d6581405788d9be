import { setFlagsFromString } from 'node:v8';

/**
 * Tells V8 that nothing here lives long. It makes objects old from birth when those that the same code made were alive at a
 * collection of garbage; at a collection in the middle of a batch most are. From then on megabytes of every batch are old
 * garbage: each collection of the young copies what they refer to, and all of the old must be collected in the end
 * (docs/decisions/0103-objects-of-a-batch-die-young.md).
 *
 * `NODE_OPTIONS` does not take this flag, hence here; V8 looks at it whenever it decides, so it counts at any time.
 */
export const expectShortLives = (): void => setFlagsFromString('--no-allocation-site-pretenuring');
