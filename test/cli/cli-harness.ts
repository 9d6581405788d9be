import { Readable } from 'node:stream';
import { runCli } from '../../cli/program.ts';
import type { Io } from '../../cli/output/io.ts';

export interface CliResult { readonly code: number; readonly out: string; readonly err: string }

/** Runs a command line in this process, as a script would: no terminal, no colours. */
export async function waybill(args: readonly string[], options: { stdin?: string; env?: Record<string, string>; now?: number } = {}): Promise<CliResult> {
  let [out, err] = ['', ''];
  const io: Io = {
    out: (text) => { out += text; },
    err: (text) => { err += text; },
    stdin: Readable.from(options.stdin === undefined ? [] : [options.stdin]),
    interactive: false,
    colour: false,
    columns: 120,
    now: () => options.now ?? Date.UTC(2026, 10, 20, 12, 0, 0),
    env: options.env ?? {},
    cwd: process.cwd(),
    interrupted: new Promise(() => undefined),
  };
  const code = await runCli(args, io);
  return { code, out, err };
}
