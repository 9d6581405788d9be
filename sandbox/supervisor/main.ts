/**
 * The sandbox as a program: set-up, start, stop, status, doctor, reset, deploy.
 * Long steps report progress as one JSON object a line on standard output (progress.ts). Exit codes: 0 done, 1 the world said no,
 * 2 asked wrongly.
 */
import process from 'node:process';
import { deploy } from './deploy.ts';
import { doctor } from './doctor.ts';
import { SupervisorError } from './errors.ts';
import { setUpLake } from './lake/set-up.ts';
import { parseOptions } from './options.ts';
import type { Command, Options } from './options.ts';
import { emitToStandardOutput, ReportedError } from './progress.ts';
import { reset } from './reset.ts';
import { setUp } from './set-up.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';
import { up } from './up.ts';

const RUN: Record<Command, (options: Options) => Promise<number>> = {
  setup: async ({ lake }) => {
    await (lake ? setUpLake(emitToStandardOutput) : setUp(emitToStandardOutput));
    return 0;
  },
  up,
  stop,
  status,
  doctor,
  reset,
  deploy,
};

async function main(): Promise<number> {
  try {
    const options = parseOptions(process.argv.slice(2));
    return await RUN[options.command](options);
  } catch (error) {
    if (error instanceof ReportedError) return error.exitCode;
    if (!(error instanceof SupervisorError)) throw error;
    process.stderr.write(`${error.message}\n  Why:  ${error.why}\n  Next: ${error.todo}\n`);
    return error.exitCode;
  }
}

void main().then((code) => {
  process.exitCode = code;
  // Kept-alive connections of fetch would hold the process for seconds.
  if (code !== 0 || !process.argv.includes('up')) setImmediate(() => process.exit());
});
