/** Does a fault to a call. */
import { Readable } from 'node:stream';
import { asObject } from '../../json.ts';
import type { Call, ProxyReply } from '../proxy.ts';
import { errorReply, type Failure } from '../router-errors.ts';
import { chance, numberOf } from './chance.ts';
import { errorOf, throttleOf } from './codes.ts';
import type { Hit } from './fault-book.ts';
import { PARTIAL_OPERATIONS, splitBatch } from './partial.ts';

export interface FaultTools {
  /** Serves the call as if there were no fault. */
  readonly serve: (call: Call) => Promise<ProxyReply>;
  /** Breaks the caller's connection. */
  readonly reset: () => void;
  /** Kills the Lambda worker that asks. */
  readonly killCaller: (functionName: string, workerId: string) => void;
}

/** `gone`: the caller gets no answer from us. */
export async function applyFault(hit: Hit, call: Call, tools: FaultTools): Promise<ProxyReply | 'gone'> {
  const { rule } = hit;
  switch (rule.action) {
    case 'error':
      return failing(hit, call, tools, errorOf(call.service, rule));
    case 'throttle':
      return failing(hit, call, tools, throttleOf(call.service, rule.id));
    case 'reset':
      await effectIfAfter(hit, call, tools);
      tools.reset();
      return 'gone';
    case 'drop':
      await effectIfAfter(hit, call, tools);
      return 'gone';
    case 'delay':
      return delayed(hit, call, tools);
    case 'duplicate':
      return duplicated(hit, call, tools);
    case 'partial':
      return partly(hit, call, tools);
    case 'kill-caller':
      await effectIfAfter(hit, call, tools);
      tools.killCaller(call.caller, call.worker);
      tools.reset();
      return 'gone';
  }
}

async function failing(hit: Hit, call: Call, tools: FaultTools, failure: Failure): Promise<ProxyReply> {
  await effectIfAfter(hit, call, tools);
  return errorReply(call, failure);
}

/** The request has its effect, and nobody hears of it. */
async function effectIfAfter({ rule }: Hit, call: Call, tools: FaultTools): Promise<void> {
  if (rule.when === 'after') await discard(await tools.serve(call));
}

async function delayed({ rule }: Hit, call: Call, tools: FaultTools): Promise<ProxyReply> {
  if (rule.when === 'before') await wait(rule.delayMs);
  const reply = await tools.serve(call);
  if (rule.when === 'after') await wait(rule.delayMs);
  return reply;
}

async function duplicated({ rule }: Hit, call: Call, tools: FaultTools): Promise<ProxyReply> {
  const first = await tools.serve(call);
  await wait(rule.delayMs);
  await discard(await tools.serve(call));
  return first;
}

async function partly({ rule, seen }: Hit, call: Call, tools: FaultTools): Promise<ProxyReply> {
  const isLost = (entry: number): boolean => chance(rule.seed, numberOf(rule.id), seen, entry) < rule.share;
  const split = call.protocol === 'json' ? splitBatch(call.operation, asObject(JSON.parse(call.body.toString('utf8'))), isLost) : undefined;
  if (split === undefined) return notPartial(rule.id, call);

  const headers = { 'content-type': String(call.headers['content-type'] ?? 'application/x-amz-json-1.1') };
  if (split.request === undefined) return { status: 200, headers, body: JSON.stringify(split.merge({})) };

  const reply = await tools.serve({ ...call, body: Buffer.from(JSON.stringify(split.request)) });
  if (reply.status >= 400 || reply.body instanceof Readable) return reply;
  return { status: 200, headers, body: JSON.stringify(split.merge(asObject(JSON.parse(reply.body.toString('utf8'))))) };
}

/** A rule that cannot be done must not look as if it had been. */
function notPartial(id: string, call: Call): ProxyReply {
  return errorReply(call, {
    status: 500,
    code: 'FaultNotPossible',
    message: `Fault rule ${id} wants a partial failure of ${call.service} ${call.operation} (${call.protocol}); possible for ${PARTIAL_OPERATIONS.join(', ')} in JSON.`,
  });
}

async function discard({ body }: ProxyReply): Promise<void> {
  if (!(body instanceof Readable)) return;
  for await (const part of body) void part;
}

const wait = (ms: number): Promise<void> => (ms === 0 ? Promise.resolve() : new Promise((resolve) => void setTimeout(resolve, ms)));
