import { ContractFileError } from '../contracts/descriptor.ts';
import { SchemaError } from '../contracts/schema/json-schema.ts';
import { ConfigError, ContextError } from './config/config-error.ts';

const MISTAKES = [ConfigError, ContextError, ContractFileError, SchemaError] as const;

/** Whether the error is a mistake in what a person wrote: its message says all they need. */
export function isMistake(error: unknown): error is Error {
  return MISTAKES.some((kind) => error instanceof kind);
}
