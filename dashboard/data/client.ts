import type { Failure } from '../model/feed.ts';
import type { Session } from '../auth/session.ts';
import type { ServerClock } from './server-clock.ts';

/** A question that was not answered, with what the server said (RFC 9457). */
export class ApiError extends Error {
  readonly failure: Failure;
  readonly title: string;

  constructor(failure: Failure, title: string) {
    super(title);
    this.failure = failure;
    this.title = title;
  }
}

/** Longer than any good answer takes, ms. */
const PATIENCE = 10_000;

/** Asks the API as the signed-in person. */
export class ApiClient {
  readonly #session: Session;
  readonly #clock: ServerClock;

  constructor(session: Session, clock: ServerClock) {
    this.#session = session;
    this.#clock = clock;
  }

  /** Ms since 1970 by the server's clock. */
  now(): number {
    return this.#clock.now();
  }

  /** `isAnswer`: a body that answers the question although its status is an error. */
  async get<T>(path: string, isAnswer?: (body: object) => boolean): Promise<T> {
    return (await this.#ask(path, { method: 'GET' }, isAnswer)) as T;
  }

  async post(path: string, body: object = {}): Promise<unknown> {
    return this.#ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  }

  async #ask(path: string, init: RequestInit, isAnswer?: (body: object) => boolean): Promise<unknown> {
    const sent = await this.#renewal(path, this.#session.token());
    let response = await this.#send(path, init, sent);
    if (response.status === 401) {
      // Another question may have renewed it meanwhile: once is enough.
      const renewed = await this.#renewal(path, this.#session.renewAfter(sent));
      if (renewed !== null) response = await this.#send(path, init, renewed.token);
    }
    const body: unknown = await response.json().catch(() => null);
    if (response.ok || (typeof body === 'object' && body !== null && isAnswer?.(body) === true)) return body;
    const problem = (typeof body === 'object' && body !== null ? body : {}) as { title?: string; detail?: string };
    throw new ApiError({ ...this.#failure(path), status: response.status, detail: problem.detail ?? null }, problem.title ?? `HTTP ${response.status}`);
  }

  /** Nobody who could renew the sign-in answers: this question has no answer now, and the next may have one. */
  async #renewal<T>(path: string, attempt: Promise<T>): Promise<T> {
    return attempt.catch((error: unknown) => {
      throw new ApiError({ ...this.#failure(path), detail: error instanceof Error ? error.message : String(error) }, 'No answer');
    });
  }

  async #send(path: string, init: RequestInit, token: string | null): Promise<Response> {
    try {
      const response = await fetch(`${this.#session.config.apiBase}${path}`, { ...init, headers: { ...init.headers, accept: 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) }, signal: AbortSignal.timeout(PATIENCE) });
      this.#clock.read(response);
      return response;
    } catch {
      throw new ApiError(this.#failure(path), 'No answer');
    }
  }

  readonly #failure = (path: string): Failure => ({ endpoint: path.split('?')[0] ?? path, status: null, detail: null, at: this.now() });
}
