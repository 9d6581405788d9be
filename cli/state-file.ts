/** Small JSON files in the sandbox's folder, by which one command finds what another one left. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isObject } from '../contracts/json-object.ts';
import { WorldError } from './errors.ts';

/** The fields of a file. Each throws a WorldError that names file and field when the value is of another kind. */
export interface StateFields {
  readonly text: (name: string) => string;
  readonly number: (name: string) => number;
  /** Undefined when the file does not have it. */
  readonly optionalNumber: (name: string) => number | undefined;
}

/** What the file says, undefined when there is none. @throws WorldError when it cannot be read as what it should be. */
export function readStateFile<T>(file: string, read: (fields: StateFields) => T): T | undefined {
  if (!existsSync(file)) return undefined;
  const parsed = parse(file);
  if (!isObject(parsed)) throw broken(file, 'it is not a JSON object');
  return read(fieldsOf(file, parsed));
}

/** Replaces the file whole: a reader beside it, or a kill, meets the old one or the new one. */
export function writeStateFile(file: string, value: object): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(value));
  renameSync(`${file}.new`, file);
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw broken(file, 'it is not JSON', cause);
  }
}

function fieldsOf(file: string, parsed: Readonly<Record<string, unknown>>): StateFields {
  const number = (name: string): number => {
    const value = parsed[name];
    if (typeof value !== 'number') throw broken(file, `"${name}" should be a number, got ${JSON.stringify(value)}`);
    return value;
  };
  return {
    number,
    optionalNumber: (name) => (parsed[name] === undefined ? undefined : number(name)),
    text: (name) => {
      const value = parsed[name];
      if (typeof value !== 'string') throw broken(file, `"${name}" should be a text, got ${JSON.stringify(value)}`);
      return value;
    },
  };
}

const broken = (file: string, why: string, cause?: unknown): WorldError =>
  new WorldError(`${file} cannot be used: ${why}.`, { todo: 'Start afresh, which makes the sandbox\'s folder anew: npx waybill reset, then npm start', cause });
