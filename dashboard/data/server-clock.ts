/** The server's clock by the dates of its answers: a laptop's own may be wrong, and ages must not be. */
export class ServerClock {
  #offset = 0;

  /** Ms since 1970. */
  now(): number {
    return Date.now() + this.#offset;
  }

  /** The header has whole seconds: a smaller difference is noise. */
  read(response: Response): void {
    const time = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isFinite(time)) return;
    const offset = time - Date.now();
    if (Math.abs(offset - this.#offset) > NOISE) this.#offset = offset;
  }
}

const NOISE = 1_500;
