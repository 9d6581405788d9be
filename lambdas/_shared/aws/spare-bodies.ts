import { JsonText } from './json-text.ts';
import { JsonWriter } from './json-writer.ts';

/** One larger than bulk requests need is not kept; nor more of them than calls are usually under way at once. */
const [LARGEST_KEPT, MOST_KEPT] = [256 * 1024, 16] as const;

/**
 * Requests as bytes, made once for hashing and sending, in memory that the next request may have. Of a text that it is to
 * send Node makes bytes of its own, and takes three times its length of new memory for them.
 */
export class SpareBodies {
  readonly #spare: JsonWriter[] = [];

  /** Holds the request, an object or its text. */
  take(input: object): JsonWriter {
    const writer = this.#spare.pop() ?? new JsonWriter();
    writer.clear();
    if (input instanceof JsonText) input.writeTo(writer);
    else writer.any(JSON.stringify(input));
    return writer;
  }

  /** Only when nobody will look at its bytes any more: of a request whose end is not known they are left alone. */
  putBack(writer: JsonWriter): void {
    if (writer.size <= LARGEST_KEPT && this.#spare.length < MOST_KEPT) this.#spare.push(writer);
  }
}
