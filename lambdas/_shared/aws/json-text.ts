/**
 * A request (or a part of one) whose JSON was put together by its maker, who knows it better than `JSON.stringify` does.
 * Whoever looks at it as an object, tests above all, gets that: it says the same.
 */
export class JsonText {
  readonly text: string;

  /** @param text JSON, of an object. */
  constructor(text: string) {
    this.text = text;
  }

  /** For `JSON.stringify`: what the text says. */
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

export const textOfRequest = (input: object): string => (input instanceof JsonText ? input.text : JSON.stringify(input));
