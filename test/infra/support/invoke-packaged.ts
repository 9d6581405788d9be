import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT_ROOT } from './synthesize.ts';

/** Lambda's Node, not the one that runs the tests. */
const NODE_24 = join(PROJECT_ROOT, 'node_modules', 'node', 'bin', 'node');

/** What Lambda's runtime does: import the module, call its handler, tell what it answers. */
const RUNTIME = `
const { handler } = await import(process.argv[1]);
const answer = await handler(JSON.parse(process.argv[2]), { awsRequestId: 'one', getRemainingTimeInMillis: () => 30_000 });
process.stderr.write(JSON.stringify({ node: process.versions.node, answer }));
process.exit(0);
`;

export interface Invoked {
  /** Version of the Node that it ran in. */
  readonly node: string;
  readonly answer: unknown;
}

/**
 * One event for the packaged function in `directory`, in a process with no variables but these.
 *
 * @throws Error with all it said when it ends with another code than 0
 */
export function invokePackaged(directory: string, event: unknown, env: Readonly<Record<string, string>>): Promise<Invoked> {
  return new Promise((resolve, reject) => {
    const started = spawn(NODE_24, ['--input-type=module', '--eval', RUNTIME, join(directory, 'index.mjs'), JSON.stringify(event)], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    started.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    started.on('error', reject);
    started.on('exit', (code) => (code === 0 ? resolve(JSON.parse(said) as Invoked) : reject(new Error(`ended with ${code}: ${said}`))));
  });
}
