/** What the supervisor keeps on disk, without any process running. */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moveAddresses } from '../../../sandbox/supervisor/addresses.ts';
import { lostInterval, readEvents, recordEvent } from '../../../sandbox/supervisor/events.ts';
import { sandboxPaths } from '../../../sandbox/supervisor/paths.ts';
import type { SandboxPaths } from '../../../sandbox/supervisor/paths.ts';
import { demandFree, freePort } from '../../../sandbox/supervisor/ports.ts';
import { explain, step } from '../../../sandbox/supervisor/progress.ts';
import type { ProgressLine } from '../../../sandbox/supervisor/progress.ts';
import { environmentDir, isNewEnough } from '../../../sandbox/supervisor/python.ts';
import { livenessOf, readSandboxFile, writeSandboxFile } from '../../../sandbox/supervisor/sandbox-file.ts';
import { currentSnapshot, markClean, restoreEdge } from '../../../sandbox/supervisor/snapshots.ts';
import { sandboxStatus, statusText } from '../../../sandbox/supervisor/status.ts';

let paths: SandboxPaths;

beforeEach(() => {
  paths = sandboxPaths(mkdtempSync(join(tmpdir(), 'waybill-state-')));
});
afterEach(() => rmSync(paths.dir, { recursive: true, force: true }));

describe('events', () => {
  it('reads back what was recorded and leaves a torn last line out', () => {
    recordEvent(paths, { event: 'started' });
    recordEvent(paths, { event: 'control-restarted', ...lostInterval(new Date(1_000), new Date(13_500)), detail: 'why' });
    appendFileSync(paths.eventsFile, '{"at":"2026-');

    expect(readEvents(paths)).toMatchObject([{ event: 'started' }, { event: 'control-restarted', lostSeconds: 12.5, detail: 'why' }]);
    expect(readEvents(paths)).toHaveLength(2);
  });
});

describe('snapshots', () => {
  it('sets the edge back to the snapshot: later files go, saved ones return, derived folders stay', () => {
    write(join(paths.snapshots, 's1', 'edge', 'checkpoints', 'a.json'), 'saved');
    write(paths.currentSnapshotFile, JSON.stringify({ id: 's1', takenAt: '2026-01-01T00:00:00Z', clean: false }));
    write(join(paths.edge, 'checkpoints', 'a.json'), 'later');
    write(join(paths.edge, 'checkpoints', 'b.json'), 'later');
    write(join(paths.edge, 'lambda', 'code', 'x', 'index.mjs'), 'code');

    restoreEdge(paths, currentSnapshot(paths));

    expect(readFileSync(join(paths.edge, 'checkpoints', 'a.json'), 'utf8')).toBe('saved');
    expect(readdirSync(join(paths.edge, 'checkpoints'))).toEqual(['a.json']);
    expect(existsSync(join(paths.edge, 'lambda', 'code', 'x', 'index.mjs'))).toBe(true);
  });

  it('sets the edge back to nothing when there is no snapshot: its checkpoints would stand for records that are gone', () => {
    write(join(paths.edge, 'checkpoints', 'a.json'), 'later');
    restoreEdge(paths, undefined);
    expect(existsSync(join(paths.edge, 'checkpoints', 'a.json'))).toBe(false);
  });

  it('knows a snapshot only as long as its folder is there', () => {
    write(paths.currentSnapshotFile, JSON.stringify({ id: 's1', takenAt: '2026-01-01T00:00:00Z' }));
    expect(currentSnapshot(paths)).toBeUndefined();
    mkdirSync(join(paths.snapshots, 's1'));
    markClean(paths);
    expect(currentSnapshot(paths)).toMatchObject({ id: 's1', clean: true, takenAt: new Date('2026-01-01T00:00:00Z') });
  });
});

describe('addresses', () => {
  it('follow the endpoint to another port, and data stays as it is', () => {
    write(join(paths.dir, 'cloudformation.json'), '"http://127.0.0.1:4710/_aws/execute-api/a" "127.0.0.1:47101"');
    write(join(paths.dir, 'kinesis.json'), '"127.0.0.1:4710"');
    expect(moveAddresses(paths.dir, new Map([[4710, 4720]]))).toBe(1);
    expect(readFileSync(join(paths.dir, 'cloudformation.json'), 'utf8')).toBe('"http://127.0.0.1:4720/_aws/execute-api/a" "127.0.0.1:47101"');
    expect(readFileSync(join(paths.dir, 'kinesis.json'), 'utf8')).toBe('"127.0.0.1:4710"');
  });

  it('of endpoint and site move at once, also when one takes the other\'s place', () => {
    write(join(paths.dir, 'cloudformation.json'), '"127.0.0.1:4710" "127.0.0.1:4711"');
    moveAddresses(paths.dir, new Map([[4710, 4711], [4711, 4712]]));
    expect(readFileSync(join(paths.dir, 'cloudformation.json'), 'utf8')).toBe('"127.0.0.1:4711" "127.0.0.1:4712"');
  });
});

describe('sandbox.json', () => {
  const running = (supervisor: number, edge: number) => ({ endpoint: 'http://127.0.0.1:1', edgePort: 1, controlPort: 2, sitePort: 3, region: 'r', account: 'a', startedAt: '2026-01-01T00:00:00Z', dir: paths.dir, pids: { supervisor, edge, control: 0 } });
  const gone = 2 ** 22 + 1;

  it.each([
    ['running', () => running(process.pid, gone)],
    ['orphaned', () => running(gone, process.pid)],
    ['stopped', () => running(gone, gone)],
  ])('tells a sandbox that is %s', (expected, make) => {
    writeSandboxFile(paths, make());
    expect(livenessOf(readSandboxFile(paths))).toBe(expected);
  });

  it('is no reason to fail when it is torn', () => {
    writeFileSync(paths.sandboxFile, '{"endpoint":');
    expect(livenessOf(readSandboxFile(paths))).toBe('stopped');
  });
});

describe('status', () => {
  it('names the next step when nothing runs, and every lost interval', async () => {
    recordEvent(paths, { event: 'unclean-end', ...lostInterval(new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T00:00:07Z')), detail: 'power cut' });
    const text = statusText(await sandboxStatus(paths));
    expect(text).toContain('Next: npm start');
    expect(text).toContain('7 s of state, 2026-01-01T00:00:00.000Z to 2026-01-01T00:00:07.000Z: power cut');
  });
});

describe('ports', () => {
  it('names the process that holds a port and the way out', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const { port } = server.address() as AddressInfo;

    const refused = await demandFree(port).then(() => undefined, explain);
    server.close();

    expect(refused?.detail).toBe(`Port ${port} is taken.`);
    expect(refused?.why).toContain(process.platform === 'linux' ? `Process ${process.pid} listens` : 'Another process');
    expect(refused?.do).toContain('--port');
  });

  it('finds a free one', async () => {
    await expect(demandFree(await freePort())).resolves.toBeUndefined();
  });

  it('finds those that no outgoing connection is given: it would be gone before the listener starts', async () => {
    const found = await Promise.all(Array.from({ length: 50 }, () => freePort()));
    expect(found.filter((port) => port < 1_024 || port >= 32_768)).toEqual([]);
    expect(new Set(found).size).toBeGreaterThan(40);
  });
});

describe('python', () => {
  it.each([['3.10.0', true], ['3.13.2', true], ['4.0.1', true], ['3.9.18', false], ['2.7.18', false]])('%s is new enough: %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });

  it('has a folder per pins and version', () => {
    expect(environmentDir('3.11.7')).not.toBe(environmentDir('3.12.0'));
    expect(environmentDir('3.11.7')).toBe(environmentDir('3.11.7'));
  });
});

describe('progress', () => {
  it('reports start, the way, and the end with its seconds', async () => {
    const lines: ProgressLine[] = [];
    await step((line) => lines.push(line), { step: 's', title: 'T' }, (say) => {
      say('half');
      return Promise.resolve({ detail: 'all' });
    });
    expect(lines).toMatchObject([{ step: 's', state: 'start' }, { state: 'start', detail: 'half' }, { state: 'done', detail: 'all', title: 'T' }]);
    expect(typeof lines[2]?.seconds).toBe('number');
  });

  it('reports a failure and throws on', async () => {
    const lines: ProgressLine[] = [];
    await expect(step((line) => lines.push(line), { step: 's', title: 'T' }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(lines.at(-1)).toMatchObject({ state: 'fail', detail: 'no' });
  });
});

function write(file: string, content: string): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
}
