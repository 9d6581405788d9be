/** The pool's side of a worker, against scripts that misbehave in ways the real one does only now and then. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InvocationMessage } from '../../../sandbox/edge/lambda/worker-protocol.ts';
import { newWorkerId, WorkerProcess } from '../../../sandbox/edge/lambda/worker-process.ts';

jest.setTimeout(30_000);

const dir = mkdtempSync(join(tmpdir(), 'worker-'));
const workers: WorkerProcess[] = [];
afterAll(() => {
  for (const worker of workers) worker.kill();
  rmSync(dir, { recursive: true });
});

function start(name: string, script: string): { worker: WorkerProcess; lines: string[] } {
  const path = join(dir, `${name}.mjs`);
  writeFileSync(path, `import { writeSync } from 'node:fs';\nconst result = { kind: 'result', payload: '1', failed: false, leaving: false, logBytes: 0, memory: 1 };\n${script}`);
  const worker = new WorkerProcess(newWorkerId(), { script: path, env: {}, memoryMb: 64 });
  const lines: string[] = [];
  worker.onLine = (line) => lines.push(line);
  workers.push(worker);
  return { worker, lines };
}

const context = { awsRequestId: 'r', functionName: 'f', functionVersion: '1', invokedFunctionArn: 'a', memoryLimitInMB: '64', logGroupName: 'g', logStreamName: 's' };
const message: InvocationMessage = { payload: '{}', context, deadline: Date.now() + 60_000 };

describe('a worker process', () => {
  it('is not done before its log has arrived, although the answer travels on another pipe', async () => {
    const { worker, lines } = start('late-log', "process.send({ kind: 'ready' }); process.on('message', () => { process.send({ ...result, logBytes: 5 }); setTimeout(() => writeSync(4, 'late\\n'), 200); });");
    await worker.ready();

    expect(await worker.run(message, 5000)).toEqual({ kind: 'answer', payload: '1', failed: false });
    expect(lines).toEqual(['late']);
  });

  it('that dies before its log is whole does not hold the answer back', async () => {
    const { worker } = start('no-log', "process.send({ kind: 'ready' }); process.on('message', () => process.send({ ...result, logBytes: 99 }, () => process.exit(0)));");
    await worker.ready();

    expect(await worker.run(message, 5000)).toMatchObject({ kind: 'answer', payload: '1' });
    expect(worker.alive).toBe(false);
  });

  it('that is leaving takes no further call', async () => {
    const { worker } = start('leaving', "process.send({ kind: 'ready' }); process.on('message', () => process.send({ ...result, leaving: true }));");
    await worker.ready();
    await worker.run(message, 5000);

    expect(worker.alive).toBe(false);
  });

  it('that died while idle says so at the next call', async () => {
    const { worker } = start('idle-death', "process.send({ kind: 'ready' }, () => process.exit(5));");
    await worker.ready();
    await new Promise((resolve) => setTimeout(resolve, 500));

    expect(await worker.run(message, 5000)).toEqual({ kind: 'exit', reason: 'exit status 5' });
  });

  it('that ends while loading is an init error, with what it said on stderr', async () => {
    const { worker, lines } = start('no-start', "console.error('native trouble'); process.exitCode = 4; process.disconnect();");

    await expect(worker.ready()).rejects.toMatchObject({ name: 'WorkerInitError', body: { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 4') as string } });
    expect(lines).toContain('native trouble');
  });
});
