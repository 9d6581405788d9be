/** Ports on 127.0.0.1: free ones, taken ones, and who has them. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { SupervisorError } from './errors.ts';
import { commandOf, listenerOf } from './processes.ts';

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
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
