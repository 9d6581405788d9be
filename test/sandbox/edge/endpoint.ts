/** An edge without a control plane: the real listener, dispatch, proxy and fault book before a small upstream that counts what reaches it. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBackgroundGate } from '../../../sandbox/edge/background-gate.ts';
import { createFaultBook } from '../../../sandbox/edge/faults/fault-book.ts';
import { parseFaultRules } from '../../../sandbox/edge/faults/rule.ts';
import { createListener } from '../../../sandbox/edge/listener.ts';
import { silentSink } from '../../../sandbox/edge/metric-sink.ts';
import { createProxy } from '../../../sandbox/edge/proxy.ts';
import { createRequestLog, type RequestLog } from '../../../sandbox/edge/request-log.ts';
import { createDispatch } from '../../../sandbox/edge/router-dispatch.ts';

export interface Endpoint {
  readonly url: string;
  readonly upstreamPort: number;
  readonly log: RequestLog;
  /** Bodies that reached the upstream. */
  readonly reached: string[];
  /** `function/worker` that a rule killed. */
  readonly killed: string[];
  setFaults(...rules: object[]): void;
  /** The upstream goes away, as a control plane that crashed. */
  stopUpstream(): Promise<void>;
  close(): Promise<void>;
}

export type Upstream = (request: http.IncomingMessage, body: Buffer, response: http.ServerResponse) => void;

const echo: Upstream = (request, body, response) => {
  response.writeHead(200, { 'content-type': String(request.headers['content-type'] ?? 'text/plain'), 'x-upstream': request.url ?? '' });
  response.end(body);
};

export async function startEndpoint(answer: Upstream = echo): Promise<Endpoint> {
  const reached: string[] = [];
  const killed: string[] = [];
  const upstream = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      const body = Buffer.concat(parts);
      reached.push(body.length > 1000 ? `${body.length} bytes` : body.toString('utf8'));
      answer(request, body, response);
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const upstreamPort = (upstream.address() as AddressInfo).port;

  const proxy = createProxy({ port: upstreamPort });
  const faults = createFaultBook();
  const log = createRequestLog();
  const dispatch = createDispatch({ parts: [], proxy, gate: createBackgroundGate(() => false), faults, log, sink: silentSink, killCaller: (name, worker) => killed.push(`${name}/${worker}`), onDeploy: () => undefined });
  const listener = createListener((exchange) => void dispatch(exchange));
  const port = await listener.listen(0);
  const stopUpstream = (): Promise<void> => new Promise((resolve) => {
    upstream.close(() => resolve());
    upstream.closeAllConnections();
  });

  return {
    url: `http://127.0.0.1:${port}`,
    upstreamPort,
    log,
    reached,
    killed,
    setFaults: (...rules) => faults.replace(parseFaultRules(rules)),
    stopUpstream,
    async close() {
      await listener.close(0);
      proxy.close();
      await stopUpstream();
    },
  };
}

/** Authorization header of a service's call, signed by nobody. */
export const signed = (service: string, accessKey = 'AKIA'): { authorization: string } => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/20261121/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});
