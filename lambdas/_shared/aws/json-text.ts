import { JsonWriter } from './json-writer.ts';

/**
 * A request (or a part of one) whose JSON is written by its maker, who knows it better than `JSON.stringify` does. Whoever
 * looks at it as an object, tests above all, gets that: it says the same.
 */
export class JsonText {
  /** Writes JSON, of an object; the same at each call. */
  readonly writeTo: (to: JsonWriter) => void;

  constructor(writeTo: (to: JsonWriter) => void) {
    this.writeTo = writeTo;
  }

  get text(): string {
    const writer = new JsonWriter();
    this.writeTo(writer);
    return writer.bytes.toString();
  }

  /** For `JSON.stringify`: what the text says. */
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

export const textOfRequest = (input: object): string => (input instanceof JsonText ? input.text : JSON.stringify(input));
