import { amzDate, canonicalQuery, encodePath, jsonSigner, sha256Hex, signRequest } from '../../../../lambdas/_shared/aws/sigv4.ts';

/** The published Signature Version 4 test suite: its credentials, its time, its expected signatures. */
const SUITE = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  region: 'us-east-1',
  service: 'service',
  now: new Date('2015-08-30T12:36:00Z'),
};

/** The worked examples of the Amazon S3 API reference. */
const S3_EXAMPLES = {
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  region: 'us-east-1',
  service: 's3',
  now: new Date('2013-05-24T00:00:00Z'),
};

const signature = (headers: Record<string, string>): string => headers['authorization']?.split('Signature=')[1] ?? '';

describe('Signature Version 4', () => {
  it.each([
    { name: 'get-vanilla', method: 'GET', query: {}, headers: {}, body: '', expected: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31' },
    {
      name: 'get-vanilla-query-order-key-case',
      method: 'GET',
      query: { Param2: 'value2', Param1: 'value1' },
      headers: {},
      body: '',
      expected: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    },
    { name: 'get-vanilla-utf8-query', method: 'GET', query: { ሴ: 'bar' }, headers: {}, body: '', expected: '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04' },
    { name: 'post-vanilla', method: 'POST', query: {}, headers: {}, body: '', expected: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b' },
    {
      name: 'post-x-www-form-urlencoded',
      method: 'POST',
      query: {},
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Param1=value1',
      expected: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    },
  ])('equals the test suite: $name', ({ method, query, headers, body, expected }) => {
    const signed = signRequest({ method, path: '/', query, headers: { host: 'example.amazonaws.com', ...headers }, payloadHash: sha256Hex(body) }, SUITE);

    expect(signature(signed)).toBe(expected);
  });

  it.each([
    {
      name: 'GET with a range',
      method: 'GET',
      path: '/test.txt',
      query: {},
      headers: { range: 'bytes=0-9' },
      body: '',
      expected: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    },
    {
      name: 'PUT of a key with a dollar sign',
      method: 'PUT',
      path: encodePath('/test$file.text'),
      query: {},
      headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      body: 'Welcome to Amazon S3.',
      expected: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    },
    {
      name: 'listing with parameters',
      method: 'GET',
      path: '/',
      query: { prefix: 'J', 'max-keys': '2' },
      headers: {},
      body: '',
      expected: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    },
  ])('equals the S3 reference: $name', ({ method, path, query, headers, body, expected }) => {
    const payloadHash = sha256Hex(body);
    const signed = signRequest(
      { method, path, query, headers: { host: 'examplebucket.s3.amazonaws.com', 'x-amz-content-sha256': payloadHash, ...headers }, payloadHash },
      S3_EXAMPLES,
    );

    expect(signature(signed)).toBe(expected);
  });

  it('signs the session token of temporary credentials', () => {
    const scope = { ...SUITE, credentials: { ...SUITE.credentials, sessionToken: 'token' } };

    const signed = signRequest({ method: 'GET', path: '/', query: {}, headers: { host: 'example.amazonaws.com' }, payloadHash: sha256Hex('') }, scope);

    expect(signed['x-amz-security-token']).toBe('token');
    expect(signed['authorization']).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token');
  });

  it('derives a new key when the day changes', () => {
    const request = { method: 'GET', path: '/', query: {}, headers: { host: 'example.amazonaws.com' }, payloadHash: sha256Hex('') };
    const on = (day: string): string => signature(signRequest(request, { ...SUITE, now: new Date(`${day}T12:36:00Z`) }));

    expect(on('2015-08-30')).toBe('5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31');
    // Computed by AWS's own signer for the day after the suite's.
    expect(on('2015-08-31')).toBe('8ee981eae6d3816099c3fb309bb535f5b04e5aa038249a65e93d0605bae99986');
  });
});

describe('the signer of a JSON service', () => {
  const path = '/';
  const [host, contentType] = ['dynamodb.us-east-1.amazonaws.com', 'application/x-amz-json-1.0'];
  const { now, ...scope } = SUITE;

  it.each([
    ['of a user', scope.credentials],
    ['of a role', { ...scope.credentials, sessionToken: 'IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJH' }],
  ])('signs as any other request is signed, with credentials %s', (_, credentials) => {
    const sign = jsonSigner({ ...scope, credentials, host, path, contentType });
    const [target, body] = ['DynamoDB_20120810.GetItem', '{"TableName":"t","Key":{"pk":{"S":"ü"}}}'];

    const signed = sign(target, { payloadHash: sha256Hex(body), now });

    expect(signed).toEqual(
      signRequest({ method: 'POST', path, query: {}, headers: { host, 'content-type': contentType, 'x-amz-target': target }, payloadHash: sha256Hex(body) }, { ...scope, credentials, now }),
    );
  });

  it('writes the time in the basic form, without parts of a second', () => {
    expect(amzDate(new Date('2015-08-30T12:36:07.999Z'))).toBe('20150830T123607Z');
  });
});

describe('Encoding', () => {
  it('escapes what RFC 3986 reserves and keeps the slashes of a key', () => {
    expect(encodePath("a b/it's (1)*+=/ü")).toBe('a%20b/it%27s%20%281%29%2A%2B%3D/%C3%BC');
  });

  it('sorts parameters by their encoded names', () => {
    expect(canonicalQuery({ b: '2', a: '1 1', B: '3' })).toBe('B=3&a=1%201&b=2');
  });
});
