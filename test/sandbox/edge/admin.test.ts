import { createAdmin } from '../../../sandbox/edge/admin.ts';
import { createFaultBook } from '../../../sandbox/edge/faults/fault-book.ts';
import { createListener, type Listener } from '../../../sandbox/edge/listener.ts';
import { createRequestLog } from '../../../sandbox/edge/request-log.ts';

const faults = createFaultBook();
const log = createRequestLog();
let listener: Listener;
let base: string;
beforeAll(async () => {
  const admin = createAdmin({ faults, log, health: () => Promise.resolve({ status: 'ok' }), status: () => Promise.resolve({ up: 1 }), snapshot: () => Promise.reject(new Error('disk full')) });
  listener = createListener((exchange) => void admin(exchange));
  base = `http://127.0.0.1:${await listener.listen(0)}/_waybill/`;
  log.add({ time: '2026-11-21T10:00:00.000Z', caller: 'archive', service: 's3', operation: 'PutObject', resource: 'b/k', status: 200, ms: 1, bytesIn: 1, bytesOut: 0, attempt: 1 });
});
afterAll(() => listener.close(0));

const call = async (method: string, path: string, body?: string): Promise<[number, unknown]> => {
  const answer = await fetch(base + path, { method, ...(body === undefined ? {} : { body }) });
  return [answer.status, await answer.json()];
};

describe('the admin pages', () => {
  it('tell health and status', async () => {
    expect(await call('GET', 'health')).toEqual([200, { status: 'ok' }]);
    expect(await call('GET', 'status')).toEqual([200, { up: 1 }]);
  });

  it('take, give and drop fault rules', async () => {
    const [status, rules] = await call('PUT', 'faults', '[{"id":"a","action":"drop"},{"id":"b","action":"reset"}]');

    expect([status, (rules as { id: string }[]).map(({ id }) => id)]).toEqual([200, ['a', 'b']]);
    expect(await call('DELETE', 'faults?id=a')).toEqual([200, [expect.objectContaining({ id: 'b', seen: 0, hits: 0 })]]);
    expect((await call('DELETE', 'faults?id=zzz'))[0]).toBe(404);
    expect(await call('DELETE', 'faults')).toEqual([200, []]);
  });

  it('refuse wrong rules with every problem, and keep those in force', async () => {
    await call('PUT', 'faults', '[{"id":"a","action":"drop"}]');
    const [status, body] = await call('PUT', 'faults', '[{"id":"a","action":"burn"}]');

    expect(status).toBe(400);
    expect(body).toMatchObject({ problems: [expect.stringContaining('action is "burn"')] });
    expect(faults.rules().map(({ id }) => id)).toEqual(['a']);
    faults.replace([]);
  });

  it('refuse a body that is no JSON', async () => {
    expect(await call('PUT', 'faults', '[')).toEqual([400, { error: expect.stringContaining('no JSON') as string }]);
  });

  it('find requests', async () => {
    expect(await call('GET', 'requests?caller=archive&since=2026-11-21T09:00:00Z')).toEqual([200, [expect.objectContaining({ resource: 'b/k' })]]);
    expect(await call('GET', 'requests?caller=user')).toEqual([200, []]);
    expect((await call('GET', 'requests?since=yesterday'))[0]).toBe(400);
    expect((await call('GET', 'requests?limit=many'))[0]).toBe(400);
  });

  it('say what went wrong in a snapshot', async () => {
    expect(await call('POST', 'snapshot')).toEqual([500, { error: 'Error: disk full' }]);
  });

  it('name the pages that there are when asked for another one', async () => {
    expect(await call('GET', 'wishes')).toEqual([404, { error: expect.stringContaining('GET requests') as string }]);
  });
});
