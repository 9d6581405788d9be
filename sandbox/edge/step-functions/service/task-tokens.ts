/** Tasks that wait for somebody to say how they ended. */
import { StatesError } from '../errors.ts';
import type { Clock } from '../../event-sources/clock.ts';
import type { TaskTokens } from '../run/host.ts';
import { reasonOf } from '../run/time.ts';

interface Waiting {
  succeed(output: unknown): void;
  fail(error: StatesError): void;
  beat(): void;
}

export class TokenDesk implements TaskTokens {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wait(token: string, heartbeatMs: number | undefined, signal: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let cancel: (() => void) | undefined;
      const end = (): void => {
        cancel?.();
        this.#waiting.delete(token);
      };
      const fail = (error: Error): void => {
        end();
        reject(error);
      };
      const beat = (): void => {
        cancel?.();
        if (heartbeatMs !== undefined) cancel = this.#clock.after(heartbeatMs, () => fail(new StatesError('States.HeartbeatTimeout')));
      };
      beat();
      this.#waiting.set(token, {
        beat,
        fail,
        succeed(output) {
          end();
          resolve(output);
        },
      });
      signal.addEventListener('abort', () => fail(reasonOf(signal)), { once: true });
    });
  }

  /** The task behind a token, or undefined when it has ended. */
  find(token: string): Waiting | undefined {
    return this.#waiting.get(token);
  }
}
