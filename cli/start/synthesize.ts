import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { WorldError } from '../errors.ts';

/**
 * Runs the app once, as `cdk synth` does, into a folder that `cdk deploy` then takes as it is: for one of our environments by
 * name, or for the file of another one. `signal` ends it early.
 */
export async function synthesize(project: string, env: string | { readonly config: string }, outDir: string, signal?: AbortSignal): Promise<void> {
  const chosen = typeof env === 'string' ? { env } : env;
  const child = spawn(process.execPath, [join(project, 'bin', 'app.ts')], {
    cwd: project, stdio: ['ignore', 'pipe', 'pipe'], ...(signal === undefined ? {} : { signal }),
    env: { ...process.env, CDK_OUTDIR: outDir, CDK_CONTEXT_JSON: JSON.stringify({ ...chosen, 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true }) },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => { said = (said + part.toString('utf8')).slice(-8000); });
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status) => resolve(status ?? 1));
  });
  if (code !== 0) throw new WorldError(`The platform could not be synthesized:\n${said.trim()}`, { todo: 'Repair the mistake above, then npm start again.' });
}
