/** `doctor`: what is missing on this machine, what is only stored, what was lost. Every finding names the next step. */
import { execFile } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { messageOf, SupervisorError } from './errors.ts';
import { readEvents } from './events.ts';
import { asObject, isObject, numberOf, textOf } from '../json.ts';
import type { Options } from './options.ts';
import { LAUNCHER, sandboxPaths } from './paths.ts';
import type { SandboxPaths } from './paths.ts';
import { demandFree } from './ports.ts';
import { builtEnvironment, checkImports, findPython } from './python.ts';
import { livenessOf, readSandboxFile } from './sandbox-file.ts';

const LEAST_FREE_BYTES = 1e9;

export interface Finding {
  readonly check: string;
  /** `note`: nothing to repair, but good to know. */
  readonly result: 'ok' | 'note' | 'bad';
  readonly detail: string;
  readonly do?: string;
}

export async function doctor(options: Options): Promise<number> {
  const findings = await examine(sandboxPaths(options.dir), options);
  process.stdout.write(options.json ? `${JSON.stringify({ findings })}\n` : `${findings.map(line).join('\n')}\n`);
  return findings.some((finding) => finding.result === 'bad') ? 1 : 0;
}

export async function examine(paths: SandboxPaths, options: Pick<Options, 'port' | 'templateDirs'>): Promise<Finding[]> {
  return [
    node(),
    ...(await python()),
    disk(paths),
    await port(paths, options.port),
    sandbox(paths),
    lost(paths),
    ...(await templates([...options.templateDirs, paths.assembly])),
  ];
}

function node(): Finding {
  const version = process.versions.node;
  const ok = Number(version.split('.')[0]) >= 24;
  return { check: 'Node', result: ok ? 'ok' : 'bad', detail: version, ...(ok ? {} : { do: 'Run it with the pinned Node 24: npm start' }) };
}

async function python(): Promise<Finding[]> {
  try {
    const found = await findPython();
    const first: Finding = { check: 'Python', result: 'ok', detail: `${found.version} (${found.command})` };
    const environment = builtEnvironment(found.version);
    if (environment === undefined) return [first, { check: 'Python packages', result: 'note', detail: 'not installed yet', do: 'They come with the first start: npm start' }];
    await checkImports(environment.python);
    return [first, { check: 'Python packages', result: 'ok', detail: `pins hold, ${environment.dir}` }];
  } catch (error) {
    const todo = error instanceof SupervisorError ? `${error.why} ${error.todo}` : 'Run npm start and read its message.';
    return [{ check: 'Python', result: 'bad', detail: messageOf(error), do: todo }];
  }
}

function disk(paths: SandboxPaths): Finding {
  const folder = existsSync(paths.dir) ? paths.dir : existingParent(paths.dir);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const detail = `${(free / 1e9).toFixed(1)} GB free for ${paths.dir}`;
  return free >= LEAST_FREE_BYTES ? { check: 'Disk', result: 'ok', detail } : { check: 'Disk', result: 'bad', detail, do: 'Free at least 1 GB, or choose another folder: --dir' };
}

function existingParent(folder: string): string {
  const parent = dirname(folder);
  if (existsSync(parent) || parent === folder) return parent;
  return existingParent(parent);
}

async function port(paths: SandboxPaths, asked: number): Promise<Finding> {
  const running = readSandboxFile(paths);
  if (running !== undefined && livenessOf(running) !== 'stopped') return { check: 'Port', result: 'ok', detail: `${running.edgePort} is this sandbox's` };
  if (asked === 0) return { check: 'Port', result: 'ok', detail: 'any free one' };
  try {
    await demandFree(asked);
    return { check: 'Port', result: 'ok', detail: `${asked} is free` };
  } catch (error) {
    if (!(error instanceof SupervisorError)) throw error;
    return { check: 'Port', result: 'bad', detail: `${error.message} ${error.why}`, do: error.todo };
  }
}

function sandbox(paths: SandboxPaths): Finding {
  const running = readSandboxFile(paths);
  switch (livenessOf(running)) {
    case 'running':
      return { check: 'Sandbox', result: 'ok', detail: `runs at ${running?.endpoint ?? ''}, its site at http://127.0.0.1:${running?.sitePort ?? 0}` };
    case 'orphaned':
      return { check: 'Sandbox', result: 'bad', detail: 'its supervisor was killed and parts still run', do: 'waybill stop saves and stops them' };
    case 'stopped':
      return { check: 'Sandbox', result: 'note', detail: 'does not run', do: 'npm start' };
  }
}

function lost(paths: SandboxPaths): Finding {
  const intervals = readEvents(paths).filter((event) => event.lostFrom !== undefined);
  if (intervals.length === 0) return { check: 'Lost state', result: 'ok', detail: 'none' };
  const words = intervals.slice(-5).map((event) => `${event.lostFrom ?? ''} to ${event.lostTo ?? ''} (${event.lostSeconds ?? 0} s, ${event.detail ?? event.event})`);
  return { check: 'Lost state', result: 'note', detail: words.join('; '), do: 'State changed in these intervals is gone; a waybill reset starts afresh.' };
}

/** Types of synthesized templates: those that deploy and do nothing are named, those that nobody has judged are an error. */
async function templates(given: readonly string[]): Promise<Finding[]> {
  const folders = given.filter((folder) => existsSync(folder));
  const environment = await findPython().then((found) => builtEnvironment(found.version), () => undefined);
  if (folders.length === 0 || environment === undefined) return [];
  const types = await verdictsOf(environment.python, folders);
  const of = (wanted: string): string[] => types.filter((type) => type.verdict === wanted).map((type) => `${type.name} ×${type.count}`);
  const unknown = of('none');
  const stored = of('stored');
  return [
    unknown.length === 0
      ? { check: 'Resource types', result: 'ok', detail: `${types.length} types, each with a verdict` }
      : { check: 'Resource types', result: 'bad', detail: `nobody has judged: ${unknown.join(', ')}`, do: 'Try the type, then add it to sandbox/launcher/verdicts.py.' },
    { check: 'Only stored', result: stored.length === 0 ? 'ok' : 'note', detail: stored.length === 0 ? 'none' : `deploy and do nothing here: ${stored.join(', ')}` },
  ];
}

export interface TypeVerdict {
  readonly name: string;
  readonly count: number;
  readonly verdict: 'real' | 'stored' | 'native' | 'none';
  readonly note: string;
}

/** Verdict of every type in the templates below the folders. */
export async function verdictsOf(python: string, folders: readonly string[]): Promise<TypeVerdict[]> {
  const output = await new Promise<string>((resolve, reject) => {
    execFile(python, [join(LAUNCHER, 'verdicts.py'), ...folders], (error, stdout) => (error instanceof Error ? reject(error) : resolve(stdout)));
  });
  return Object.entries(asObject(JSON.parse(output))).map(([name, value]) => {
    const known = asObject(value)['known'];
    const verdict = isObject(known) ? textOf(known['verdict']) : 'none';
    return { name, count: numberOf(asObject(value)['count']), verdict: verdict as TypeVerdict['verdict'], note: textOf(asObject(known)['note']) };
  });
}

function line(finding: Finding): string {
  const mark = { ok: '✔', note: 'i', bad: '✖' }[finding.result];
  return `  ${mark} ${finding.check.padEnd(16)} ${finding.detail}${finding.do === undefined ? '' : `\n${' '.repeat(20)} ${finding.do}`}`;
}
