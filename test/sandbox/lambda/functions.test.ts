import type { ControlClient } from '../../../sandbox/edge/control-client.ts';
import { createFunctionCatalog } from '../../../sandbox/edge/lambda/functions.ts';

/** A control plane whose answers come when told, each with the timeout that is deployed at the question. */
function world(): { timeouts: () => Promise<number>; deploy: (seconds: number) => void; at: (time: number) => void; questions: () => number; answer: () => Promise<void>; forget: () => void } {
  let [now, deployed, questions] = [0, 1, 0];
  const open: (() => void)[] = [];
  const rest = (): Promise<object> => {
    questions += 1;
    const configuration = { FunctionName: 'f', Timeout: deployed };
    return new Promise((resolve) => open.push(() => resolve({ Configuration: configuration })));
  };
  const catalog = createFunctionCatalog({ control: { rest } as unknown as ControlClient, code: { folder: () => Promise.resolve('/code') }, now: () => now });
  return {
    timeouts: async () => (await catalog.lookup('f', '$LATEST')).timeoutSeconds,
    deploy: (seconds) => (deployed = seconds),
    at: (time) => (now = time),
    questions: () => questions,
    answer: async () => {
      for (const tell of open.splice(0)) tell();
      await new Promise(setImmediate);
    },
    forget: () => catalog.forget(),
  };
}

async function started(): Promise<ReturnType<typeof world>> {
  const made = world();
  const first = made.timeouts();
  await made.answer();
  expect(await first).toBe(1);
  return made;
}

describe('the configuration of a function', () => {
  it('is read again after a second, behind the invocation that asks for it', async () => {
    const { timeouts, deploy, at, questions, answer } = await started();
    deploy(2);
    at(999);
    expect([await timeouts(), questions()]).toEqual([1, 1]);
    at(1_000);
    expect([await timeouts(), await timeouts(), questions()]).toEqual([1, 1, 2]);
    await answer();
    expect([await timeouts(), questions()]).toEqual([2, 2]);
  });

  it('is waited for when it is older than five seconds', async () => {
    const { timeouts, deploy, at, answer } = await started();
    deploy(2);
    at(5_000);
    const late = timeouts();
    await answer();
    expect(await late).toBe(2);
  });

  it('is waited for after a deploy, and what was asked before it is not taken', async () => {
    const { timeouts, deploy, at, answer, forget } = await started();
    at(1_500);
    await timeouts();
    deploy(2);
    forget();
    const next = timeouts();
    await answer();
    expect([await next, await timeouts()]).toEqual([2, 2]);
  });
});
