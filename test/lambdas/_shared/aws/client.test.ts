import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError, isAwsError } from '../../../../lambdas/_shared/aws/aws-error.ts';
import { createAwsClient } from '../../../../lambdas/_shared/aws/client.ts';
import type { AwsClient, AwsClientOptions } from '../../../../lambdas/_shared/aws/client.ts';
import { createSend, endpointOf, subdomainOf } from '../../../../lambdas/_shared/aws/http.ts';
import { JsonText } from '../../../../lambdas/_shared/aws/json-text.ts';
import { addressing } from '../../../../lambdas/_shared/aws/s3.ts';
import { awsSettings } from '../../../../lambdas/_shared/aws/settings.ts';
import { startStub } from './stub-server.ts';
import type { StubAnswer, StubServer } from './stub-server.ts';

const CREDENTIALS = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'fn-test', AWS_SECRET_ACCESS_KEY: 'secret' };
const stubs: StubServer[] = [];

async function connect(answers: readonly StubAnswer[], options: AwsClientOptions = {}): Promise<{ client: AwsClient; stub: StubServer }> {
  const stub = await startStub(answers);
  stubs.push(stub);
  const env = { ...CREDENTIALS, AWS_ENDPOINT_URL: stub.endpoint };
  return { stub, client: createAwsClient({ env, baseDelayMs: 1, jitter: () => 0.5, ...options }) };
}

afterEach(async () => {
  await Promise.all(stubs.splice(0).map((stub) => stub.close()));
});

const failure = async (call: Promise<unknown>): Promise<AwsError> => {
  const error = await call.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof AwsError)) throw new Error(`expected an AwsError, got ${String(error)}`);
  return error;
};

describe('an answer', () => {
  it('tells whether the request was sent whole before it came: only then may its bytes be written over', async () => {
    // Never reads a body, so a large one stays in the sender's hands.
    const server = createServer((_, response) => void response.end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = endpointOf(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    const send = createSend({ timeoutMs: 5_000, maxSockets: 1 });
    const put = (bytes: number): ReturnType<typeof send> => send({ endpoint, method: 'PUT', path: '/', headers: {}, body: Buffer.alloc(bytes), operation: 's3:PutObject' });

    const [small, large] = [await put(10), await put(64 * 1024 * 1024)];
    server.closeAllConnections();
    server.close();

    expect([small.isSent, large.isSent]).toEqual([true, false]);
  });
});

describe('DynamoDB calls', () => {
  it('send the operation, the region and the signature, and return the parsed answer', async () => {
    const { client, stub } = await connect([{ body: '{"Item":{"pk":{"S":"a"}}}' }]);

    const answer = await client.dynamo('GetItem', { TableName: 't', Key: { pk: { S: 'a' } } });

    expect(answer).toEqual({ Item: { pk: { S: 'a' } } });
    expect(stub.seen[0]).toMatchObject({ method: 'POST', url: '/', body: '{"TableName":"t","Key":{"pk":{"S":"a"}}}' });
    expect(stub.seen[0]?.headers).toMatchObject({ 'x-amz-target': 'DynamoDB_20120810.GetItem', 'content-type': 'application/x-amz-json-1.0' });
    expect(stub.seen[0]?.headers.authorization).toMatch(/Credential=fn-test\/\d{8}\/eu-central-1\/dynamodb\/aws4_request/);
  });

  it('send a request that was put together as text, as it is', async () => {
    const { client, stub } = await connect([{ body: '{}' }]);
    const text = '{"TableName":"t", "Key":{"pk":{"S":"Gdańsk"}}}';

    await client.dynamo('GetItem', new JsonText((to) => to.any(text)));

    expect(stub.seen[0]?.body).toBe(text);
    expect(stub.seen[0]?.headers['content-length']).toBe(String(Buffer.byteLength(text)));
    expect(JSON.stringify({ request: new JsonText((to) => to.any(text)) })).toBe('{"request":{"TableName":"t","Key":{"pk":{"S":"Gdańsk"}}}}');
  });

  it('carry each its own body, many at once and one after the other, whatever their lengths', async () => {
    const { client, stub } = await connect([{ body: '{}' }]);
    const waves = [0, 1, 2].map((wave) => Array.from({ length: 30 }, (_, index) => ({ wave, index, text: 'ń'.repeat(((index * 37 + wave * 11) % 30) * 2_000) })));

    for (const wave of waves) await Promise.all(wave.map((input) => client.dynamo('PutItem', input)));

    expect(stub.seen.map(({ body }) => body).sort()).toEqual(waves.flat().map((input) => JSON.stringify(input)).sort());
    for (const { body, headers } of stub.seen) expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
  });

  it('reject with the code behind the hash sign and with the answer, without a second try', async () => {
    const body = '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional request failed","Item":{"v":{"N":"2"}}}';
    const { client, stub } = await connect([{ status: 400, body }]);

    const error = await failure(client.dynamo('PutItem', {}));

    expect(error).toMatchObject({ code: 'ConditionalCheckFailedException', status: 400, retryable: false, operation: 'dynamodb:PutItem' });
    expect(error.body['Item']).toEqual({ v: { N: '2' } });
    expect(stub.seen).toHaveLength(1);
  });

  it.each<[string, StubAnswer]>([
    ['throttling', { status: 400, body: '{"__type":"x#ProvisionedThroughputExceededException"}' }],
    ['a server error', { status: 500, body: '{"__type":"InternalServerError"}' }],
    ['an answer that is not JSON', { status: 503, body: '<html>' }],
    ['a success that is not JSON', { status: 200, body: '{"Item"' }],
    ['a connection closed without an answer', 'reset'],
    ['an answer cut in the middle', 'cut'],
  ])('try again after %s', async (_, answer) => {
    const { client, stub } = await connect([answer, answer, { body: '{}' }]);

    await expect(client.dynamo('PutItem', {})).resolves.toEqual({});
    expect(stub.seen).toHaveLength(3);
  });

  it('give up after the stated number of tries, with a retryable error', async () => {
    const { client, stub } = await connect([{ status: 500, body: '{}' }], { attempts: 4 });

    expect(await failure(client.dynamo('PutItem', {}))).toMatchObject({ status: 500, retryable: true });
    expect(stub.seen).toHaveLength(4);
  });

  it('end after the timeout when no answer comes', async () => {
    const { client } = await connect(['silent'], { timeoutMs: 30, attempts: 1 });

    expect(await failure(client.dynamo('PutItem', {}))).toMatchObject({ code: 'TimeoutError', status: 0, retryable: true });
  });

  it('reject when nobody listens', async () => {
    const { client, stub } = await connect([{}], { attempts: 2 });
    await stub.close();

    expect(await failure(client.dynamo('PutItem', {}))).toMatchObject({ code: 'NetworkError', status: 0, retryable: true });
  });

  it('keep one connection for calls in a row', async () => {
    const { client, stub } = await connect([{ body: '{}' }]);

    for (let call = 0; call < 5; call += 1) await client.dynamo('PutItem', {});

    expect(stub.connections()).toBe(1);
  });
});

describe('S3 calls', () => {
  it('put bytes under an encoded path with the condition and the types', async () => {
    const { client, stub } = await connect([{}]);

    await client.putObject({ bucket: 'b', key: 'x/arrival_date=2026-01-01/a b.gz', body: Buffer.from('hello'), ifNoneMatch: '*', contentType: 'application/x-ndjson', contentEncoding: 'gzip' });

    expect(stub.seen[0]).toMatchObject({ method: 'PUT', url: '/b/x/arrival_date%3D2026-01-01/a%20b.gz', body: 'hello' });
    expect(stub.seen[0]?.headers).toMatchObject({ 'if-none-match': '*', 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip', 'content-length': '5' });
  });

  it('name a failed condition, also when the answer has no body', async () => {
    const { client, stub } = await connect([{ status: 412 }]);

    const error = await failure(client.putObject({ bucket: 'b', key: 'k', body: 'x', ifNoneMatch: '*' }));

    expect(isAwsError(error, 'PreconditionFailed')).toBe(true);
    expect(error.retryable).toBe(false);
    expect(stub.seen).toHaveLength(1);
  });

  it('try again on 409: another conditional write of the key is under way', async () => {
    const { client, stub } = await connect([{ status: 409, body: '<Error><Code>ConditionalRequestConflict</Code></Error>' }, { status: 200 }]);

    await client.putObject({ bucket: 'b', key: 'k', body: 'x', ifNoneMatch: '*' });

    expect(stub.seen).toHaveLength(2);
  });

  it('read an object as the bytes it has', async () => {
    const bytes = Buffer.from([0, 255, 1, 254]);
    const { client } = await connect([{ body: bytes }]);

    expect(await client.getObject({ bucket: 'b', key: 'k' })).toEqual(bytes);
  });

  it('say which object is missing', async () => {
    const { client } = await connect([{ status: 404, body: '<Error><Code>NoSuchKey</Code><Message>The key &quot;k&quot; does not exist.</Message></Error>' }]);

    const error = await failure(client.getObject({ bucket: 'b', key: 'k' }));

    expect(error.code).toBe('NoSuchKey');
    expect(error.message).toContain('The key "k" does not exist.');
  });

  it('list all pages of a prefix', async () => {
    const first = '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t/1=</NextContinuationToken><Contents><Key>p/a&amp;b</Key><Size>1</Size></Contents></ListBucketResult>';
    const second = '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>p/c</Key><Size>22</Size></Contents></ListBucketResult>';
    const { client, stub } = await connect([{ body: first }, { body: second }]);

    expect(await client.listObjects({ bucket: 'b', prefix: 'p/' })).toEqual([{ key: 'p/a&b', size: 1 }, { key: 'p/c', size: 22 }]);
    expect(stub.seen.map(({ url }) => url)).toEqual(['/b/?list-type=2&prefix=p%2F', '/b/?continuation-token=t%2F1%3D&list-type=2&prefix=p%2F']);
  });

  it('list nothing where nothing is', async () => {
    const { client } = await connect([{ body: '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>' }]);

    expect(await client.listObjects({ bucket: 'b', prefix: 'p/' })).toEqual([]);
  });
});

describe('Settings', () => {
  it('address AWS itself by host name, another endpoint by path', () => {
    expect(awsSettings(CREDENTIALS)).toMatchObject({ s3PathStyle: false, s3Endpoint: new URL('https://s3.eu-central-1.amazonaws.com'), dynamoEndpoint: new URL('https://dynamodb.eu-central-1.amazonaws.com') });
    expect(awsSettings({ ...CREDENTIALS, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:4710' })).toMatchObject({ s3PathStyle: true, dynamoEndpoint: new URL('https://dynamodb.eu-central-1.amazonaws.com') });
  });

  it('name all that is missing at once', () => {
    expect(() => awsSettings({ AWS_REGION: ' ' })).toThrow(/"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"/);
  });
});

describe('Addresses', () => {
  it.each([
    ['https://dynamodb.eu-central-1.amazonaws.com', { isSecure: true, hostname: 'dynamodb.eu-central-1.amazonaws.com', port: '', host: 'dynamodb.eu-central-1.amazonaws.com' }],
    ['http://127.0.0.1:4566/', { isSecure: false, hostname: '127.0.0.1', port: '4566', host: '127.0.0.1:4566' }],
    ['http://[::1]:4566', { isSecure: false, hostname: '::1', port: '4566', host: '[::1]:4566' }],
  ])('take %s apart', (url, endpoint) => {
    expect(endpointOf(new URL(url))).toEqual(endpoint);
  });

  it('name the bucket in the host on AWS, in the path elsewhere', () => {
    const s3Endpoint = new URL('https://s3.eu-central-1.amazonaws.com');
    const object = { bucket: 'b', key: 'x/a b' };

    expect(addressing({ s3Endpoint, s3PathStyle: false })(object)).toEqual({ endpoint: subdomainOf(endpointOf(s3Endpoint), 'b'), path: '/x/a%20b' });
    expect(subdomainOf(endpointOf(new URL('https://s3.test:8443')), 'b')).toMatchObject({ hostname: 'b.s3.test', host: 'b.s3.test:8443' });
    expect(addressing({ s3Endpoint, s3PathStyle: true })(object)).toEqual({ endpoint: endpointOf(s3Endpoint), path: '/b/x/a%20b' });
  });
});
