/** Cuts a byte stream into lines and counts what came in. */
export class LineReader {
  #rest = '';
  #bytes = 0;
  readonly #decoder = new TextDecoder();
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Bytes taken so far. */
  get bytes(): number {
    return this.#bytes;
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#onLine(line.replaceAll('\r', '\n'));
  }

  /** Hands over a last line without an end. */
  end(): void {
    if (this.#rest !== '') this.#onLine(this.#rest.replaceAll('\r', '\n'));
    this.#rest = '';
  }
}
