import { setFlagsFromString } from 'node:v8';

/** Collections of the old in which V8 keeps the shape of objects of which there are none: an hour's, many times over. */
const COLLECTIONS = 1_000;

/**
 * Tells V8 that nothing here lives long, and that what comes next is like what was before (docs/decisions/0103-objects-of-a-batch-die-young.md).
 *
 * It makes objects old from birth when those that the same code made were alive at a collection of garbage; at a collection in the
 * middle of a batch most are. From then on megabytes of every batch are old garbage: each collection of the young copies what they
 * refer to, and all of the old must be collected in the end.
 *
 * And it forgets the shape of objects when none of them was alive at two collections of the old, and with it the compiled code that knows the shape. Between
 * two batches none is.
 *
 * `NODE_OPTIONS` does not take these flags, hence here; V8 looks at them whenever it decides, so they count at any time.
 */
export function expectShortLives(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
  setFlagsFromString(`--retain-maps-for-n-gc=${String(COLLECTIONS)}`);
}
