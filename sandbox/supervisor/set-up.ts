/** Everything that must be there before a sandbox can start. Each step is idempotent; what is done is skipped. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { SupervisorError } from './errors.ts';
import { PROJECT } from './paths.ts';
import { step } from './progress.ts';
import type { Emit } from './progress.ts';
import { buildEnvironment, builtEnvironment, findPython, PYTHON_SIZE } from './python.ts';
import type { PythonEnvironment } from './python.ts';

/** @throws ReportedError after the failing step has been reported. */
export async function setUp(emit: Emit): Promise<PythonEnvironment> {
  await step(emit, { step: 'node', title: 'Node packages' }, () => Promise.resolve(checkNode()));
  let environment: PythonEnvironment | undefined;
  await step(emit, { step: 'python', title: 'Python environment' }, async (say) => {
    const found = await findPython();
    environment = builtEnvironment(found.version);
    if (environment !== undefined) return { skipped: true, detail: `Python ${found.version}` };
    say(`Python ${found.version}; ${PYTHON_SIZE}`);
    environment = await buildEnvironment(found);
    return { detail: `Python ${found.version}` };
  });
  if (environment === undefined) throw new Error('the Python step ended without an environment');
  return environment;
}

function checkNode(): { detail: string; skipped: true } {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 24 || !existsSync(join(PROJECT, 'node_modules'))) {
    throw new SupervisorError(`The sandbox runs on Node 24; this is Node ${process.versions.node}.`, {
      why: 'The pinned Node 24 comes with the project (package "node").',
      todo: 'Start it with: npm start (or node bin/run.mjs sandbox/supervisor/main.ts …).',
    });
  }
  return { detail: `Node ${process.versions.node}`, skipped: true };
}
