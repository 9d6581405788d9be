import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, relative } from 'node:path';
import { ContextError } from './config-error.ts';
import { ENVIRONMENTS } from './environments/index.ts';
import { nearestName } from './nearest-name.ts';

/** What may be said on the command: `cdk synth -c env=dev`, `-c config=my/prod.ts`, `-c contracts=my/contracts`, `-c destroy=dev`. */
export interface CommandContext {
  readonly env?: string;
  readonly config?: string;
  readonly contracts?: string;
  readonly destroy?: string;
}

export interface ChosenEnvironment {
  /** Unchecked content of the environment's file. */
  readonly input: unknown;
  /** Where it came from, as people would name it. */
  readonly source: string;
  /** Ours may mention contracts that somebody else's folder does not have. */
  readonly ours: boolean;
}

const NAMES = Object.keys(ENVIRONMENTS);
const HOW = `Choose one of ours: -c env=${NAMES.join('|')}\n  or bring your own:  -c config=path/to/environment.ts (or .json)`;

/** The environment that the command asks for. @throws ContextError in words for the person who typed it. */
export function chooseEnvironment({ env, config }: CommandContext, cwd: string): ChosenEnvironment {
  if (env !== undefined && config !== undefined) throw new ContextError(`Both -c env=${env} and -c config=${config} were given; one of them decides.\n  ${HOW}`);
  if (config !== undefined) return readFile(config, cwd);
  if (env === undefined) throw new ContextError(`Which environment?\n  ${HOW}`);
  const input = ENVIRONMENTS[env];
  if (input === undefined) {
    const near = nearestName(env, NAMES);
    throw new ContextError(`There is no environment "${env}".${near === undefined ? '' : ` Did you mean "${near}"?`}\n  ${HOW}`);
  }
  return { input, source: `lib/config/environments/${env}.ts`, ours: true };
}

function readFile(path: string, cwd: string): ChosenEnvironment {
  const file = isAbsolute(path) ? path : join(cwd, path);
  const inside = relative(cwd, file);
  const source = inside.startsWith('..') ? file : inside;
  if (!existsSync(file)) throw new ContextError(`-c config=${path}: there is no such file.\n  ${HOW}`);
  return { input: file.endsWith('.json') ? parseJson(file, path) : loadModule(file, path), source, ours: false };
}

function parseJson(file: string, path: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ContextError(`-c config=${path}: not JSON: ${messageOf(error)}`);
  }
}

/** A module's default export, or its only one. Node runs TypeScript as it is. */
function loadModule(file: string, path: string): unknown {
  let loaded: Record<string, unknown>;
  try {
    loaded = createRequire(import.meta.url)(file) as Record<string, unknown>;
  } catch (error) {
    const hint = error instanceof SyntaxError ? '\n  A file that says "export" in a package of type "commonjs" is called .mts (or .mjs).' : '';
    throw new ContextError(`-c config=${path}: could not be run: ${messageOf(error)}${hint}`);
  }
  const values = Object.entries(loaded).filter(([name]) => name !== '__esModule' && name !== 'module.exports');
  const chosen = loaded['default'] ?? (values.length === 1 ? values[0]?.[1] : undefined);
  if (chosen === undefined) throw new ContextError(`-c config=${path}: exports ${values.length} values and no default.\n  Write: export default { environment: 'mine', profile: 'balanced' }`);
  return chosen;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
