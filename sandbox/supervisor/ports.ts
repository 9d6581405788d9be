/** Ports on 127.0.0.1: free ones, taken ones, and who has them. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { SupervisorError } from './errors.ts';
import { commandOf, listenerOf } from './processes.ts';

/**
 * Below what systems hand to outgoing connections (Linux from 32768, macOS and Windows from 49152), above what well-known servers take: a
 * port found free here is not gone again before its listener has started.
 */
const OURS = { first: 15_000, end: 32_000 };
const TRIES = 1_000;

/** @throws SupervisorError when a thousand tries met only taken ports */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(OURS.first, OURS.end);
    if (await isFree(port)) return port;
  }
  throw new SupervisorError('No free port was found.', {
    why: `${TRIES} ports of 127.0.0.1 between ${OURS.first} and ${OURS.end} were tried; none could be listened on.`,
    todo: 'Look at what listens (ss -ltn), or name a port that is free: --port 4720.',
  });
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** @throws SupervisorError naming the process that holds the port. */
export async function demandFree(port: number): Promise<void> {
  if (await isFree(port)) return;
  throw new SupervisorError(`Port ${port} is taken.`, {
    why: holder(port),
    todo: 'Stop that process, or choose another port: --port 4720 (or --port 0 for any free one).',
  });
}

function holder(port: number): string {
  const pid = listenerOf(port);
  if (pid === undefined) return 'Another process listens on it; this system does not tell which.';
  const command = commandOf(pid);
  const ours = command.includes('sandbox/edge') ? ' It is the edge of another Waybill sandbox.' : '';
  return `Process ${pid} listens on it: ${command}.${ours}`;
}
