/** The way of a request through the edge: identify, fault or serve, answer, note. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BackgroundGate } from './background-gate.ts';
import { applyFault } from './faults/apply.ts';
import type { FaultBook } from './faults/fault-book.ts';
import type { Exchange } from './listener.ts';
import type { MetricSink } from './metric-sink.ts';
import type { Call, Proxy, ProxyReply } from './proxy.ts';
import { codeOf, putServiceMetrics } from './proxy-metrics.ts';
import type { RequestLog } from './request-log.ts';
import { errorReply, notServed } from './router-errors.ts';
import type { EdgePart } from './router-part.ts';
import { identify, type RequestHead, serviceOf } from './router.ts';
import { isRun, isServed, UNKNOWN } from './router-services.ts';

/** Bodies up to this size are kept whole; larger objects are streamed, unless a fault rule may need them twice. */
const KEEP_BYTES = 1 << 20;
/** No AWS request that is not an object comes near this. */
const MAX_KEPT_BYTES = 256 << 20;

export interface DispatchSettings {
  /** Operations that the edge serves itself; the first that handles a call gets it. */
  readonly parts: readonly EdgePart[];
  readonly proxy: Proxy;
  readonly gate: BackgroundGate;
  readonly faults: FaultBook;
  readonly log: RequestLog;
  readonly sink: MetricSink;
  readonly killCaller: (functionName: string, workerId: string) => void;
  /** Called when a call passed that may have changed what is deployed. */
  readonly onDeploy: () => void;
}

/** Answers one AWS request. Never rejects. */
export type Dispatch = (exchange: Exchange) => Promise<void>;

export function createDispatch(settings: DispatchSettings): Dispatch {
  return async (exchange) => {
    const started = performance.now();
    const time = Date.now();
    const head = headOf(exchange.request);
    try {
      const call = await readCall(head, exchange.request, settings.faults.active);
      const note = watch({ settings, exchange, call, started, time });
      await serveCall(settings, exchange, call, note);
    } catch (error) {
      fail(exchange.response, head, error);
    }
  };
}

/** What is known about an answer when the request log writes its line. */
interface Note {
  /** performance.now() at the request's arrival. */
  readonly started: number;
  fault?: string;
  code?: string;
  bytesOut: number;
}

async function serveCall(settings: DispatchSettings, exchange: Exchange, call: Call, note: Note): Promise<void> {
  const serve = (asked: Call): Promise<ProxyReply> => serveOnce(settings, asked);
  const hit = settings.faults.pick(call);
  if (hit !== undefined) note.fault = hit.rule.id;

  const tools = { serve, reset: () => exchange.reset(), killCaller: settings.killCaller };
  const reply = hit === undefined ? await serve(call) : await applyFault(hit, call, tools);
  if (reply === 'gone') return;
  measure(settings.sink, call, reply, note);
  await answer(exchange.response, call, reply, note);
}

async function serveOnce({ parts, proxy, gate, onDeploy }: DispatchSettings, call: Call): Promise<ProxyReply> {
  if (!isServed(call.service) || !isRun(call.service, call.operation)) return notServed(call);
  const part = parts.find((candidate) => candidate.handles(call));
  if (part !== undefined) return part.handle(call);

  const reply = await gate.pass(call, () => proxy.forward(call));
  if (mayDeploy(call)) onDeploy();
  return reply;
}

/** CloudFormation works behind its API; the CLI asks for its progress until the end, so the last answer comes after the last change. */
const mayDeploy = ({ service, method }: Call): boolean => service === 'cloudformation' || (service === 'lambda' && method !== 'GET');

function headOf(request: IncomingMessage): RequestHead {
  return { method: request.method ?? 'GET', path: request.url ?? '/', headers: request.headers };
}

async function readCall(head: RequestHead, request: IncomingMessage, keepAll: boolean): Promise<Call> {
  const size = head.headers['content-length'];
  const isObject = ['s3', UNKNOWN].includes(serviceOf(head)) && (head.method === 'PUT' || head.method === 'POST');
  const isLarge = size === undefined ? head.headers['transfer-encoding'] !== undefined : Number(size) > KEEP_BYTES;
  if (isObject && isLarge && !keepAll) {
    const body = Buffer.alloc(0);
    return { ...head, ...identify(head, body), body, stream: request };
  }
  const body = await readAll(request);
  return { ...head, ...identify(head, body), body };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    parts.push(part as Buffer);
    bytes += (part as Buffer).length;
    if (bytes > MAX_KEPT_BYTES) throw new Error(`a request body of more than ${MAX_KEPT_BYTES} bytes cannot be kept`);
  }
  return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
}

interface Watched {
  readonly settings: DispatchSettings;
  readonly exchange: Exchange;
  readonly call: Call;
  readonly started: number;
  readonly time: number;
}

/** Writes the line when the answer is out, or the connection gone. */
function watch({ settings, exchange, call, started, time }: Watched): Note {
  const note: Note = { started, bytesOut: 0 };
  const { response } = exchange;
  response.once('close', () => {
    const { caller, service, operation, resource, attempt, body, headers } = call;
    settings.log.add({
      time: new Date(time).toISOString(),
      caller,
      service,
      operation,
      resource,
      status: response.headersSent ? response.statusCode : 0,
      ...(note.code === undefined ? {} : { code: note.code }),
      ms: Math.round((performance.now() - started) * 100) / 100,
      bytesIn: call.stream === undefined ? body.length : Number(headers['content-length'] ?? 0),
      bytesOut: note.bytesOut,
      attempt,
      ...(note.fault === undefined ? {} : { fault: note.fault }),
    });
  });
  return note;
}

function measure(sink: MetricSink, call: Call, reply: ProxyReply, note: Note): void {
  if (reply.body instanceof Readable) return;
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
  const code = codeOf(reply.status, reply.headers, body);
  if (code !== '') note.code = code;

  const { service, operation, resource } = call;
  putServiceMetrics(sink, { service, operation, resource, body: call.body, status: reply.status, code, answer: body, ms: performance.now() - note.started, time: Date.now() });
}

async function answer(response: ServerResponse, call: Call, reply: ProxyReply, note: Note): Promise<void> {
  if (reply.body instanceof Readable) {
    response.writeHead(reply.status, reply.headers);
    reply.body.on('data', (part: Buffer) => {
      note.bytesOut += part.length;
    });
    // A caller that goes away while it reads an object is not our error.
    await pipeline(reply.body, response).catch(() => response.destroy());
    return;
  }

  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
  note.bytesOut = body.length;
  const noBody = call.method === 'HEAD' || reply.status === 204 || reply.status === 304;
  const length = noBody ? {} : { 'content-length': String(body.length) };
  response.writeHead(reply.status, { ...reply.headers, ...length });
  response.end(noBody ? undefined : body);
}

/** Our own mistake or a request that cannot be read. */
function fail(response: ServerResponse, head: RequestHead, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  console.error(`${head.method} ${head.path} failed in the edge:`, error);
  const { protocol, resource } = identify(head, Buffer.alloc(0));
  const reply = errorReply({ protocol, resource }, { status: 500, code: 'InternalFailure', message: `The sandbox's edge failed: ${String(error)}` });
  response.writeHead(reply.status, reply.headers);
  response.end(reply.body);
}
