import { codeOf, type PassedCall, putServiceMetrics } from '../../../sandbox/edge/proxy-metrics.ts';

const call: PassedCall = { service: 'kinesis', operation: 'PutRecords', resource: 'orders', body: Buffer.from('{}'), status: 200, code: '', answer: Buffer.from('{}'), ms: 3, time: 5 };
const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));

/** Name → value, with the dimensions in front. */
function metricsOf(change: Partial<PassedCall>): Record<string, number> {
  const found: Record<string, number> = {};
  putServiceMetrics({ logLine: () => undefined, put: ({ namespace, name, dimensions, value }) => {
    found[`${namespace} ${name} ${Object.values(dimensions).join('/')}`.trim()] = value;
  } }, { ...call, ...change });
  return found;
}

describe('metrics of the services, from calls that pass', () => {
  it('count records and bytes that Kinesis took, and those that it refused', () => {
    const Records = [{ Data: Buffer.from('12345').toString('base64'), PartitionKey: 'key' }, { Data: 'AAAA', PartitionKey: 'k' }];
    const metrics = metricsOf({ body: json({ Records }), answer: json({ Records: [{ SequenceNumber: '1' }, { ErrorCode: 'ProvisionedThroughputExceededException' }] }) });

    expect(metrics).toMatchObject({ 'AWS/Kinesis IncomingRecords orders': 1, 'AWS/Kinesis IncomingBytes orders': 8, 'AWS/Kinesis WriteProvisionedThroughputExceeded orders': 1 });
  });

  it('count a refused PutRecords once', () => {
    const metrics = metricsOf({ status: 400, code: 'ProvisionedThroughputExceededException' });

    expect(metrics).toEqual({ 'AWS/Kinesis WriteProvisionedThroughputExceeded orders': 1 });
  });

  it('tell the age of what a reader gets', () => {
    const metrics = metricsOf({ operation: 'GetRecords', answer: json({ Records: [], MillisBehindLatest: 4200 }) });

    expect(metrics['AWS/Kinesis GetRecords.IteratorAgeMilliseconds orders']).toBe(4200);
  });

  it.each([
    ['an answer', 200, '', 'AWS/DynamoDB SuccessfulRequestLatency shipments/PutItem', 3],
    ['a throttle', 400, 'ProvisionedThroughputExceededException', 'AWS/DynamoDB ThrottledRequests shipments/PutItem', 1],
    ['a failed condition', 400, 'ConditionalCheckFailedException', 'AWS/DynamoDB ConditionalCheckFailedRequests shipments', 1],
    ['a mistake of the caller', 400, 'ValidationException', 'AWS/DynamoDB UserErrors', 1],
    ['an error of the service', 500, 'InternalServerError', 'AWS/DynamoDB SystemErrors shipments/PutItem', 1],
  ])('sort %s of DynamoDB', (_what, status, code, name, value) => {
    expect(metricsOf({ service: 'dynamodb', operation: 'PutItem', resource: 'shipments', status, code })).toEqual({ [name]: value });
  });

  it('leave other services alone', () => {
    expect(metricsOf({ service: 's3' })).toEqual({});
  });
});

describe('the error code of an answer', () => {
  it.each([
    ['the header', { 'x-amzn-errortype': 'ResourceNotFoundException:http://internal' }, '', 'ResourceNotFoundException'],
    ['a JSON body', {}, '{"__type":"com.amazonaws.dynamodb#ConditionalCheckFailedException"}', 'ConditionalCheckFailedException'],
    ['an XML body', {}, '<Error><Code>PreconditionFailed</Code></Error>', 'PreconditionFailed'],
    ['nothing', {}, 'oops', ''],
  ])('comes from %s', (_where, headers, body, expected) => {
    expect(codeOf(400, headers, Buffer.from(body))).toBe(expected);
  });

  it('is empty when there is no error', () => {
    expect(codeOf(200, {}, Buffer.from('<Code>x</Code>'))).toBe('');
  });
});
