/** The edge as a process: started by the supervisor, ended by SIGTERM. Settings: settings.ts. */
import { startEdge } from './edge.ts';
import { readEdgeSettings } from './settings.ts';

/** A stop that takes longer is cut: the supervisor waits no longer either. */
const LAST_RESORT_MS = 15_000;

async function main(): Promise<void> {
  const edge = await startEdge(readEdgeSettings(process.env));
  console.log(JSON.stringify({ ready: 'edge', port: edge.port, pid: process.pid }));

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), LAST_RESORT_MS).unref();
    void edge.stop().finally(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
