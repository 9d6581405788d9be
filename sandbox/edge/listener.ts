/**
 * One port for HTTP/1.1 and for HTTP/2 without TLS: `@aws-sdk/client-kinesis` speaks HTTP/2 with prior knowledge by default, everybody
 * else HTTP/1.1. The first bytes of a connection tell which.
 */
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { Duplex } from 'node:stream';

/** How an HTTP/2 connection begins (RFC 9113, 3.4). */
const HTTP2_PREFACE = 'PRI ';
const KEEP_ALIVE_MS = 75_000;

/** One request with its answer, whichever protocol it came by. */
export interface Exchange {
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
  /** Breaks the connection without an answer: RST for HTTP/1.1, the whole session for HTTP/2. */
  reset(): void;
}

export interface Listener {
  /** The port in use; pass 0 to get a free one. Binds to this machine only. @throws when the port is taken */
  listen(port: number): Promise<number>;
  /** Takes no new connection, waits for open exchanges up to `graceMs`, then ends all connections. */
  close(graceMs: number): Promise<void>;
}

export function createListener(handle: (exchange: Exchange) => void): Listener {
  const sockets = new Set<net.Socket>();
  const open = new Set<Exchange>();

  const accept = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    const exchange: Exchange = { request, response, reset: () => resetConnection(request) };
    open.add(exchange);
    response.once('close', () => open.delete(exchange));
    response.on('error', () => undefined);
    request.on('error', () => undefined);
    handle(exchange);
  };

  const h1 = http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, accept);
  // Node's compatibility layer gives HTTP/2 requests and answers the shape of HTTP/1.1 ones.
  const h2 = http2.createServer((request, response) => accept(request as unknown as http.IncomingMessage, response as unknown as http.ServerResponse));
  h2.on('sessionError', () => undefined);

  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => handOver(socket, h1, h2));
  });

  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port));
      }),
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      const deadline = Date.now() + graceMs;
      while (open.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function handOver(socket: net.Socket, h1: http.Server, h2: http2.Http2Server): void {
  const head = socket.read() as Buffer | null;
  if (head === null) {
    socket.destroy();
    return;
  }

  if (head.toString('latin1', 0, HTTP2_PREFACE.length) === HTTP2_PREFACE) {
    h2.emit('connection', wrap(socket, head));
    return;
  }
  socket.unshift(head);
  h1.emit('connection', socket);
}

/** Node's HTTP/2 session breaks on a raw socket with bytes put back; a Duplex around it does not. */
function wrap(socket: net.Socket, head: Buffer): Duplex {
  const wrapped = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, encoding, done) => void socket.write(chunk, encoding, () => done()),
    final: (done) => void socket.end(() => done()),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });

  wrapped.push(head);
  socket.on('data', (chunk) => {
    if (!wrapped.push(chunk)) socket.pause();
  });
  socket.on('end', () => wrapped.push(null));
  socket.on('close', () => wrapped.destroy());
  return wrapped;
}

function resetConnection(request: http.IncomingMessage): void {
  const session = (request as { stream?: http2.ServerHttp2Stream }).stream?.session;
  if (session !== undefined) session.destroy();
  else request.socket.resetAndDestroy();
}
