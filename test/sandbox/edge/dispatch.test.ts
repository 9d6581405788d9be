import http from 'node:http';
import { type Endpoint, signed, startEndpoint } from './endpoint.ts';

let endpoint: Endpoint;
beforeEach(async () => {
  endpoint = await startEndpoint();
});
afterEach(() => endpoint.close());

const kinesis = { ...signed('kinesis', 'fn-producer'), 'x-amz-target': 'Kinesis_20131202.PutRecord', 'content-type': 'application/x-amz-json-1.1', 'x-amz-security-token': 'w1' };
const put = (body = '{"StreamName":"orders"}'): Promise<Response> => fetch(endpoint.url, { method: 'POST', headers: kinesis, body });

describe('passing requests on', () => {
  it('hands method, path, headers and body to the control plane and its answer back', async () => {
    const answer = await fetch(`${endpoint.url}/bucket/key?versionId=7`, { method: 'PUT', headers: { ...signed('s3'), 'content-type': 'text/csv' }, body: 'a,b' });

    expect([answer.status, answer.headers.get('x-upstream'), answer.headers.get('content-type'), await answer.text()]).toEqual([200, '/bucket/key?versionId=7', 'text/csv', 'a,b']);
  });

  it('streams objects larger than it keeps', async () => {
    const answer = await fetch(`${endpoint.url}/bucket/large`, { method: 'PUT', headers: signed('s3'), body: Buffer.alloc(5_000_000, 120) });

    expect((await answer.arrayBuffer()).byteLength).toBe(5_000_000);
    expect(endpoint.reached).toEqual(['5000000 bytes']);
  });

  it('notes who asked for what and what came of it', async () => {
    await put();

    expect(endpoint.log.query({})).toEqual([expect.objectContaining({ caller: 'producer', service: 'kinesis', operation: 'PutRecord', resource: 'orders', status: 200, bytesIn: 23, bytesOut: 23, attempt: 1 })]);
  });

  it('says 503 in the service shape while the control plane is away, so that SDKs try again', async () => {
    await endpoint.stopUpstream();
    const [json, xml] = [await put(), await fetch(`${endpoint.url}/bucket/key`, { headers: signed('s3') })];

    expect([json.status, ((await json.json()) as { __type: string }).__type]).toEqual([503, 'ServiceUnavailable']);
    expect([xml.status, /<Code>(.*)<\/Code>/.exec(await xml.text())?.[1]]).toEqual([503, 'ServiceUnavailable']);
  });
});

describe('what the sandbox does not serve', () => {
  it.each([
    ['JSON', 'codebuild', { 'x-amz-target': 'CodeBuild_20161006.StartBuild' }, '', 'codebuild StartBuild'],
    ['query', 'redshift', { 'content-type': 'application/x-www-form-urlencoded' }, 'Action=CreateCluster&Version=1', 'redshift CreateCluster'],
    ['resharding, which would lose records', 'kinesis', { 'x-amz-target': 'Kinesis_20131202.MergeShards' }, '{"StreamName":"s"}', 'kinesis MergeShards'],
    ['an engine that is not built', 'glue', { 'x-amz-target': 'AWSGlue.StartCrawler' }, '{"Name":"j"}', 'glue StartCrawler'],
  ])('is refused by name: %s', async (_shape, service, headers, body, named) => {
    const answer = await fetch(endpoint.url, { method: 'POST', headers: { ...signed(service), ...headers }, body });

    expect(answer.status).toBe(501);
    expect(await answer.text()).toContain(`does not serve ${named}`);
    expect(endpoint.reached).toEqual([]);
  });

  it('is refused in XML where the protocol is XML', async () => {
    const headers = { ...signed('redshift'), 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(endpoint.url, { method: 'POST', headers, body: 'Action=CreateCluster' });

    expect(answer.headers.get('content-type')).toBe('application/xml');
    expect(await answer.text()).toMatch(/<ErrorResponse><Error><Type>Receiver<\/Type><Code>NotImplemented<\/Code>/);
  });
});

describe('faults', () => {
  it('error before: the effect never happens', async () => {
    endpoint.setFaults({ id: 'f', action: 'error', status: 503, code: 'Busy' });
    const answer = await put();

    expect([answer.status, ((await answer.json()) as { __type: string }).__type, endpoint.reached.length]).toEqual([503, 'Busy', 0]);
    expect(endpoint.log.query({})[0]).toMatchObject({ status: 503, code: 'Busy', fault: 'f' });
  });

  it('error after: the effect happens, the answer is lost', async () => {
    endpoint.setFaults({ id: 'f', action: 'error', when: 'after' });

    expect([(await put()).status, endpoint.reached.length]).toEqual([500, 1]);
  });

  it('throttle: as the service says it', async () => {
    endpoint.setFaults({ id: 'f', action: 'throttle' });
    const answer = await put();

    expect([answer.status, ((await answer.json()) as { __type: string }).__type]).toEqual([400, 'ProvisionedThroughputExceededException']);
  });

  it.each([['before', 0], ['after', 1]])('reset %s: the connection breaks', async (when, effects) => {
    endpoint.setFaults({ id: 'f', action: 'reset', when });

    await expect(put()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(endpoint.reached.length).toBe(effects);
    expect(endpoint.log.query({})[0]).toMatchObject({ status: 0, fault: 'f' });
  });

  it('drop: no answer until the caller gives up', async () => {
    endpoint.setFaults({ id: 'f', action: 'drop', when: 'after' });

    await expect(fetch(endpoint.url, { method: 'POST', headers: kinesis, body: '{}', signal: AbortSignal.timeout(100) })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(endpoint.reached.length).toBe(1);
  });

  it('delay: the answer comes, later', async () => {
    endpoint.setFaults({ id: 'f', action: 'delay', delayMs: 80 });
    const started = performance.now();

    expect((await put()).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(75);
  });

  it('duplicate: the effect happens twice, the caller sees one answer', async () => {
    endpoint.setFaults({ id: 'f', action: 'duplicate' });

    expect([(await put('{"n":1}')).status, endpoint.reached]).toEqual([200, ['{"n":1}', '{"n":1}']]);
  });

  it('duplicate also for an object that would be streamed', async () => {
    endpoint.setFaults({ id: 'f', action: 'duplicate' });
    await fetch(`${endpoint.url}/bucket/large`, { method: 'PUT', headers: signed('s3'), body: Buffer.alloc(2_000_000) });

    expect(endpoint.reached).toEqual(['2000000 bytes', '2000000 bytes']);
  });

  it('kill-caller: the worker that asks is named, and gets no answer', async () => {
    endpoint.setFaults({ id: 'f', action: 'kill-caller', when: 'after' });

    await expect(put()).rejects.toThrow();
    expect([endpoint.killed, endpoint.reached.length]).toEqual([['producer/w1'], 1]);
  });

  it('partial for an operation without entries: refused, not forgotten', async () => {
    endpoint.setFaults({ id: 'f', action: 'partial', share: 0.5 });
    const answer = await put();

    expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('possible for PutRecords')]);
  });

  it('for others only: this call passes', async () => {
    endpoint.setFaults({ id: 'f', action: 'error', service: 's3' });

    expect((await put()).status).toBe(200);
  });
});

describe('a caller that goes away', () => {
  it('in the middle of an upload leaves no object behind', async () => {
    const request = http.request(`${endpoint.url}/bucket/large`, { method: 'PUT', headers: { ...signed('s3'), 'content-length': 3_000_000 } });
    request.on('error', () => undefined);
    request.write(Buffer.alloc(100_000));
    await new Promise((resolve) => setTimeout(resolve, 50));
    request.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));

    expect(endpoint.reached).toEqual([]);
    expect((await put()).status).toBe(200);
  });
});
