/** Invocations of type Event: accepted at once, run in the background, tried again after errors and throttles as Lambda does. */
import { asObject } from '../../json.ts';
import { type ControlClient, ControlError } from '../control-client.ts';
import { type Invoker, type InvokeResult, type NamedInvoke } from './invoker.ts';

/** Lambda waits one and two minutes before its two retries; a sandbox must not make people wait, so it keeps the ratio and not the length. */
const RETRY_WAITS_MS = [1000, 2000];
const THROTTLE_WAIT_MS = 1000;
const DEFAULT_RETRIES = 2;
const DEFAULT_AGE_SECONDS = 21_600;

export interface AsyncInvokes {
  /** Takes the event; returns before it runs. */
  accept(request: NamedInvoke): void;
  /** Events that are not finished. */
  readonly waiting: number;
  /** Waits until nothing is running, at most so long. Retries that are only waiting are given up. */
  settle(maxMs: number): Promise<void>;
}

export interface AsyncSettings {
  readonly control: ControlClient;
  readonly invoker: Invoker;
  /** Before the first and second retry. */
  readonly retryWaitsMs?: readonly number[];
}

export function createAsyncInvokes({ control, invoker, retryWaitsMs = RETRY_WAITS_MS }: AsyncSettings): AsyncInvokes {
  const pending = new Set<Promise<void>>();
  let stopping = false;

  const deliver = async (request: NamedInvoke): Promise<void> => {
    const limits = await readLimits(control, request);
    const deadline = Date.now() + limits.ageSeconds * 1000;
    for (let tries = 0; !stopping; ) {
      const result = await invoker.invoke({ ...request, background: true });
      if (!needsRetry(result)) return;
      if (result.throttled !== true) tries += 1;
      if (tries > limits.retries || Date.now() > deadline) return;
      await wait(result.throttled === true ? THROTTLE_WAIT_MS : (retryWaitsMs[tries - 1] ?? THROTTLE_WAIT_MS));
    }
  };

  return {
    accept(request) {
      const work = deliver(request)
        .catch((error: unknown) => console.error(`asynchronous invocation of ${request.functionName} was given up:`, error))
        .finally(() => pending.delete(work));
      pending.add(work);
    },
    get waiting() {
      return pending.size;
    },
    async settle(maxMs) {
      stopping = true;
      await Promise.race([Promise.all(pending), wait(maxMs)]);
    },
  };
}

const needsRetry = (result: InvokeResult): boolean => result.throttled === true || result.functionError !== undefined;

/** MaximumRetryAttempts and MaximumEventAgeInSeconds of the function, when somebody set them. */
async function readLimits(control: ControlClient, { functionName, qualifier }: NamedInvoke): Promise<{ retries: number; ageSeconds: number }> {
  const path = `/2019-09-25/functions/${encodeURIComponent(functionName)}/event-invoke-config?Qualifier=${encodeURIComponent(qualifier)}`;
  try {
    const config = asObject(await control.rest('lambda', 'GET', path));
    const [retries, age] = [config['MaximumRetryAttempts'], config['MaximumEventAgeInSeconds']];
    return { retries: typeof retries === 'number' ? retries : DEFAULT_RETRIES, ageSeconds: typeof age === 'number' ? age : DEFAULT_AGE_SECONDS };
  } catch (error) {
    if (error instanceof ControlError) return { retries: DEFAULT_RETRIES, ageSeconds: DEFAULT_AGE_SECONDS };
    throw error;
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms).unref());
