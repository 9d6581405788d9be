/** Site hosting: serves the sandbox's CloudFront distribution on a port of its own. */
import http from 'node:http';
import { asObject, type JsonObject } from '../../json.ts';
import { type ControlClient, ControlUnreachableError } from '../control-client.ts';
import type { BackgroundPart } from '../router-part.ts';
import { answerRequest, type Origins, plain } from './answer.ts';
import { type Distribution, findDistribution, UnsupportedDistributionError } from './distribution.ts';
import { askApi, type OriginAnswer, readObject } from './origins.ts';

/** A deployment shows after this time at the latest. */
const REMEMBER_MS = 1_000;
const MAX_BODY_BYTES = 1 << 20;

export interface SiteOptions {
  readonly control: ControlClient;
  /** 0: no site. */
  readonly port: number;
  /** Port of the AWS endpoint, through which the API is asked. */
  readonly endpointPort: number;
}

export interface Site extends BackgroundPart {
  /** @throws when the port is taken */
  start(): Promise<void>;
}

export function createSite({ control, port, endpointPort }: SiteOptions): Site {
  const find = remembered(() => listStored(control).then(findDistribution));
  const endpoints = (text: string): string => text.replaceAll(/https:\/\/[a-z0-9-]+\.[a-z0-9-]+\.amazonaws\.com/g, `http://127.0.0.1:${endpointPort}`);
  const origins: Origins = { object: (origin, key) => readObject(control, origin, key), api: (origin, request) => askApi(endpointPort, origin, request) };

  async function handle(incoming: http.IncomingMessage): Promise<OriginAnswer> {
    const distribution = await find();
    if (distribution === undefined) return plain(404, 'No distribution is deployed to this sandbox. Deploy the app: npm start.');
    const request = { method: incoming.method ?? 'GET', url: incoming.url ?? '/', headers: incoming.headers, body: await readBody(incoming) };
    return answerRequest(distribution, request, origins, endpoints);
  }

  const server = http.createServer((incoming, outgoing) => {
    handle(incoming).catch(toAnswer).then((answer) => {
      const bodiless = incoming.method === 'HEAD' || answer.status === 304 || answer.status === 204;
      outgoing.writeHead(answer.status, { ...answer.headers, ...(answer.status === 304 ? {} : { 'content-length': String(answer.body.length) }) });
      outgoing.end(bodiless ? undefined : answer.body);
    }).catch((error: unknown) => {
      console.error('the site could not answer:', error);
      outgoing.destroy();
    });
  });

  return {
    name: 'site',
    start: () => new Promise((resolve, reject) => {
      if (port === 0) return resolve();
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    }),
    stop: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
    status: () => ({ port }),
    flush: () => Promise.resolve(),
  };
}

async function listStored(control: ControlClient): Promise<JsonObject[]> {
  const reply = await control.send({ service: 'cloudfront', method: 'GET', path: '/_waybill/stored' });
  const value: unknown = JSON.parse(reply.body.toString('utf8'));
  return Array.isArray(value) ? value.map(asObject) : [];
}

/** One question at a time, and its answer for a moment: a page asks for many files at once. */
function remembered(ask: () => Promise<Distribution | undefined>): () => Promise<Distribution | undefined> {
  let last: { at: number; answer: Promise<Distribution | undefined> } | undefined;
  return () => {
    if (last === undefined || Date.now() - last.at > REMEMBER_MS) {
      last = { at: Date.now(), answer: ask() };
      last.answer.catch(() => {
        last = undefined;
      });
    }
    return last.answer;
  };
}

async function readBody(incoming: http.IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of incoming) {
    bytes += (part as Buffer).length;
    if (bytes > MAX_BODY_BYTES) throw new TooLargeError();
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

class TooLargeError extends Error {}

function toAnswer(error: unknown): OriginAnswer {
  if (error instanceof TooLargeError) return plain(413, `A request to the site may have ${MAX_BODY_BYTES} bytes.`);
  if (error instanceof UnsupportedDistributionError) return plain(501, error.message);
  if (error instanceof ControlUnreachableError) return plain(503, 'The sandbox is starting or stopping; try again in a moment.');
  console.error('the site failed:', error);
  return plain(502, 'The origin did not answer.');
}
