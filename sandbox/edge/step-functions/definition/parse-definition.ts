/** A definition's text as a machine that this interpreter can run. */
import { isObject } from '../../../json.ts';
import { checkMachine, type Problem } from './check-machine.ts';
import type { Machine } from './types.ts';

const MAX_BYTES = 1 << 20;

/** The definition is wrong, or uses what the sandbox lacks; the message names all of it. */
export class InvalidDefinitionError extends Error {
  override readonly name = 'InvalidDefinitionError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(`Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: ${problems.map(({ location, message }) => `${message} at ${location === '' ? '/' : location}`).join('; ')}'`);
    this.problems = problems;
  }
}

/** @throws InvalidDefinitionError */
export function parseDefinition(text: string): Machine {
  if (Buffer.byteLength(text) > MAX_BYTES) throw new InvalidDefinitionError([{ location: '', message: `the definition is larger than ${MAX_BYTES} bytes` }]);
  const value = read(text);
  if (!isObject(value)) throw new InvalidDefinitionError([{ location: '', message: 'INVALID_JSON_DESCRIPTION: the definition is no JSON object' }]);
  const problems = checkMachine(value);
  if (problems.length > 0) throw new InvalidDefinitionError(problems);
  return value as unknown as Machine;
}

function read(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
