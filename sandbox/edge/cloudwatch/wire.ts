/**
 * CloudWatch's protocols: JSON 1.0, which the JavaScript SDK speaks, and the older query protocol with XML answers (boto, AWS CLI).
 * Operations see and give plain objects; times leave them as `Date`.
 */
import { asObject, type JsonObject } from '../../json.ts';
import type { EdgeReply, EdgeRequest } from '../router-part.ts';

const NAMESPACE = 'http://monitoring.amazonaws.com/doc/2010-08-01/';

/** An error of the caller, as CloudWatch names it. */
export class CloudWatchRequestError extends Error {
  override readonly name = 'CloudWatchRequestError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const speaksCbor = (request: EdgeRequest): boolean => String(request.headers['content-type']).includes('cbor') || request.headers['smithy-protocol'] === 'rpc-v2-cbor';

const isQuery = (request: EdgeRequest): boolean => request.headers['x-amz-target'] === undefined;

/** @throws CloudWatchRequestError when the body cannot be read */
export function readInput(request: EdgeRequest): JsonObject {
  const text = request.body.toString('utf8');
  if (isQuery(request)) return readForm(text === '' ? (request.path.split('?')[1] ?? '') : text);
  try {
    return text === '' ? {} : asObject(JSON.parse(text));
  } catch {
    throw new CloudWatchRequestError('SerializationException', 'The body is not JSON.');
  }
}

export function writeOutput(request: EdgeRequest, output: object): EdgeReply {
  if (!isQuery(request)) return json(200, toJson(output));
  const { operation } = request;
  return xml(200, `<${operation}Response xmlns="${NAMESPACE}"><${operation}Result>${toXml(output)}</${operation}Result><ResponseMetadata><RequestId>sandbox</RequestId></ResponseMetadata></${operation}Response>`);
}

export function writeError(request: EdgeRequest, error: CloudWatchRequestError): EdgeReply {
  if (speaksCbor(request) || !isQuery(request)) {
    const reply = json(error.status, { __type: `com.amazonaws.cloudwatch#${error.code}`, message: error.message });
    return { ...reply, headers: { ...reply.headers, 'x-amzn-query-error': `${error.code};Sender` } };
  }
  return xml(error.status, `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${error.code}</Code><Message>${escape(error.message)}</Message></Error><RequestId>sandbox</RequestId></ErrorResponse>`);
}

/** `MetricData.member.1.MetricName=x` → `{MetricData: [{MetricName: 'x'}]}`; all values stay text. */
function readForm(form: string): JsonObject {
  const root: FormNode = new Map();
  for (const [name, value] of new URLSearchParams(form)) {
    const path = name.split('.');
    let node = root;
    for (const part of path.slice(0, -1)) {
      const next = node.get(part);
      const child: FormNode = next === undefined || typeof next === 'string' ? new Map<string, FormNode | string>() : next;
      node.set(part, child);
      node = child;
    }
    node.set(path.at(-1) ?? name, value);
  }
  return asObject(fromNode(root));
}

type FormNode = Map<string, FormNode | string>;

function fromNode(node: FormNode | string): unknown {
  if (typeof node === 'string') return node;
  const members = node.get('member');
  if (members instanceof Map) return [...members].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => fromNode(child));
  return Object.fromEntries([...node].map(([name, child]) => [name, fromNode(child)]));
}

/** JSON 1.0 carries times as seconds. */
function toJson(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined && one !== null).map(([name, one]) => [name, toJson(one)]));
  return value;
}

function toXml(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((one) => `<member>${toXml(one)}</member>`).join('');
  if (typeof value === 'object') return Object.entries(value).filter(([, one]) => one !== undefined && one !== null).map(([name, one]) => `<${name}>${toXml(one)}</${name}>`).join('');
  return escape(typeof value === 'string' ? value : JSON.stringify(value));
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const json = (status: number, value: unknown): EdgeReply => ({ status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(value) });
const xml = (status: number, text: string): EdgeReply => ({ status, headers: { 'content-type': 'text/xml' }, body: `<?xml version="1.0"?>${text}` });

/** Seconds (JSON) or RFC 3339 (query) to milliseconds. @throws CloudWatchRequestError */
export function readTime(input: JsonObject, field: string): number {
  const value = input[field];
  const time = typeof value === 'number' ? value * 1000 : Date.parse(String(value));
  if (Number.isNaN(time)) throw new CloudWatchRequestError('InvalidParameterValue', `${field} must be a time, got ${JSON.stringify(value)}.`);
  return time;
}

export const listOf = (input: JsonObject, field: string): unknown[] => (Array.isArray(input[field]) ? input[field] : []);
export const objectsOf = (input: JsonObject, field: string): JsonObject[] => listOf(input, field).map(asObject);
