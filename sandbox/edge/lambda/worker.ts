/**
 * A Lambda execution environment: one process, one version of one function, one invocation at a time. Started by worker-process.ts
 * with the function's own environment; talks over IPC and writes log lines to a descriptor of its own.
 * It imports nothing of ours at run time: its types are stripped once by worker-script.ts, because stripping costs each process
 * 40 ms and 18 MB.
 */
import { existsSync, writeSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import type { FunctionErrorBody, InvocationMessage, ResultMessage, StartMessage } from './worker-protocol.ts';

type Handler = (event: unknown, context: object, callback?: (error: unknown, value?: unknown) => void) => unknown;

/** LOG_DESCRIPTOR of worker-protocol.ts. */
const LOG_FD = 4;
const EXTENSIONS = ['.js', '.mjs', '.cjs'];
const CALLBACKS_END_WITH = 'AWS_Lambda_nodejs24.x';

let logBytes = 0;
let requestId = '';

sendCallbacksToThisMachine();
captureOutput();
process.on('disconnect', () => process.exit(0));
process.on('uncaughtException', (error) => leaveWith(describe(error)));
process.on('unhandledRejection', (reason) => leaveWith({ ...describe(reason), errorType: 'Runtime.UnhandledPromiseRejection' }));
await start();

async function start(): Promise<void> {
  try {
    const handler = await loadHandler();
    process.on('message', (message) => void serve(handler, message as InvocationMessage));
    send({ kind: 'ready' });
  } catch (error) {
    const body = describe(error);
    writeLog(`${new Date().toISOString()}\tundefined\tERROR\tUncaught Exception \t${JSON.stringify(body)}`);
    send({ kind: 'init-error', error: body }, () => process.exit(1));
  }
}

/** `dir/file.name` as Lambda reads it: the module is what stands before the first dot of the last part, the rest is a path of exports. */
async function loadHandler(): Promise<Handler> {
  const [root, setting] = [process.env['LAMBDA_TASK_ROOT'] ?? '.', process.env['_HANDLER'] ?? ''];
  const [file = '', ...names] = basename(setting).split('.');
  const base = join(root, dirname(setting), file);
  const path = EXTENSIONS.map((extension) => base + extension).find((candidate) => existsSync(candidate));
  if (path === undefined) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${file}' (handler ${setting}) in the deployed bundle`);

  const module = (await importModule(path)) as Record<string, unknown>;
  const found = pick(module, names) ?? pick(module['default'], names);
  if (typeof found !== 'function') throw named('Runtime.HandlerNotFound', `${setting} is undefined or not exported`);

  if (found.length > 2 && process.env['AWS_EXECUTION_ENV'] === CALLBACKS_END_WITH) {
    throw named('Runtime.CallbackHandlerDeprecated', `${setting} takes a callback: Node.js 24 on Lambda calls async handlers only. Return a promise.`);
  }
  return found as Handler;
}

async function importModule(path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', String(error), error);
    if ((error as NodeJS.ErrnoException).code?.endsWith('MODULE_NOT_FOUND') === true) throw named('Runtime.ImportModuleError', String(error), error);
    throw error;
  }
}

function pick(from: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], from);
}

async function serve(handler: Handler, { payload, context, deadline }: InvocationMessage): Promise<void> {
  requestId = context.awsRequestId;
  const full = { ...context, callbackWaitsForEmptyEventLoop: true, getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()) };
  try {
    const answer = await call(handler, JSON.parse(payload), full);
    reply(JSON.stringify(answer === undefined ? null : answer), false);
  } catch (error) {
    const body = describe(error);
    console.error('Invoke Error', JSON.stringify(body));
    reply(JSON.stringify(body), true);
  }
}

function call(handler: Handler, event: unknown, context: object): unknown {
  if (handler.length <= 2) return handler(event, context);
  return new Promise((resolve, reject) => {
    handler(event, context, (error, value) => {
      if (error === undefined || error === null) resolve(value);
      else reject(error instanceof Error ? error : new Error(format(error)));
    });
  });
}

function reply(payload: string, failed: boolean): void {
  send({ kind: 'result', payload, failed, leaving: false, logBytes, memory: process.memoryUsage.rss() });
}

/** After an exception nobody caught the process is not to be trusted: it answers once more and ends, as Lambda's runtime does. */
function leaveWith(body: FunctionErrorBody): void {
  console.error('Uncaught Exception', JSON.stringify(body));
  const last: ResultMessage = { kind: 'result', payload: JSON.stringify(body), failed: true, leaving: true, logBytes, memory: process.memoryUsage.rss() };
  send(last, () => process.exit(1));
}

function send(message: StartMessage | ResultMessage, sent?: () => void): void {
  process.send?.(message, undefined, undefined, () => sent?.());
}

function named(name: string, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { name });
}

function describe(thrown: unknown): FunctionErrorBody {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}

/** `console` writes lines as Lambda's text format has them; direct writes to stdout and stderr stay as they are. */
function captureOutput(): void {
  const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', trace: 'TRACE', warn: 'WARN', error: 'ERROR' } as const;
  for (const [method, level] of Object.entries(levels)) {
    const write = (...parts: unknown[]): void => writeLog(`${new Date().toISOString()}\t${requestId}\t${level}\t${format(...parts)}`);
    Object.assign(console, { [method]: write });
  }

  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk: string | Uint8Array): boolean => {
      writeBytes(typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk));
      return true;
    };
  }
}

/** One message is one line: line ends inside travel as CR and are turned back by the pool (so does Lambda's own runtime). */
function writeLog(message: string): void {
  writeBytes(Buffer.from(`${message.replaceAll('\n', '\r')}\n`));
}

function writeBytes(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(LOG_FD, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
  logBytes += bytes.length;
}

/**
 * Custom resources answer CloudFormation with `https.request` to the host of ResponseURL and no port; the sandbox serves plain
 * HTTP on its own port. Calls to any other host go out unchanged.
 */
function sendCallbacksToThisMachine(): void {
  const here = new URL(process.env['AWS_ENDPOINT_URL'] ?? 'http://127.0.0.1');
  const original = https.request;
  const redirecting = (...parts: unknown[]): http.ClientRequest => {
    const options = parts.find((part): part is https.RequestOptions => typeof part === 'object' && part !== null && !(part instanceof URL));
    if (options === undefined || (options.hostname ?? options.host) !== here.hostname) return Reflect.apply(original, https, parts) as http.ClientRequest;

    const listener = parts.find((part) => typeof part === 'function') as ((response: http.IncomingMessage) => void) | undefined;
    return http.request({ ...options, agent: http.globalAgent, protocol: 'http:', port: here.port }, listener);
  };
  https.request = redirecting;
  syncBuiltinESMExports();
}
