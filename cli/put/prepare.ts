/**
 * Turns a user's record into the record that goes on the stream, and says beforehand what archive-events will say of it:
 * the same validator, every violation. A bad record is put all the same: the stream is the place where it is kept.
 */
import type { ContractRuntime, Violation } from '../../contracts/model.ts';
import { validateEvent } from '../../contracts/validation/validate-event.ts';
import { applyMapping } from '../../domain/mapping/index.ts';
import type { Mapping } from '../../domain/mapping/index.ts';
import type { StreamRecord } from '../../producer/index.ts';
import type { InputRecord } from './read-records.ts';

export interface Prepared extends StreamRecord {
  readonly place: string;
  readonly event: unknown;
  /** Violations that will quarantine it; empty when it will be accepted. */
  readonly rejected: readonly Violation[];
  /** Violations that are counted and kept. */
  readonly warnings: readonly Violation[];
}

export function prepare(input: InputRecord, contract: ContractRuntime, mapping: Mapping | undefined): Prepared {
  const event = mapping === undefined ? input.value : applyMapping(mapping, input.value);
  const data = mapping === undefined && input.bytes !== undefined ? input.bytes : Buffer.from(JSON.stringify(event));
  const violations = violationsOf(event, contract);
  return {
    place: input.place,
    event,
    data,
    partitionKey: partitionKeyOf(event, contract, input.place),
    rejected: violations.filter((each) => each.severity === 'reject'),
    warnings: violations.filter((each) => each.severity !== 'reject'),
  };
}

function violationsOf(event: unknown, contract: ContractRuntime): readonly Violation[] {
  if (event === undefined) return [{ path: '', rule: 'NOT_JSON', message: 'is not JSON', severity: 'reject' }];
  return validateEvent(contract, event);
}

/** The entity's id keeps its events in order; a record without one is spread by its place, since nothing will follow it. */
export function partitionKeyOf(event: unknown, contract: ContractRuntime, place: string): string {
  const id = typeof event === 'object' && event !== null ? (event as Record<string, unknown>)[contract.descriptor.entityKey] : undefined;
  // A key of several columns (a row of a database) is its JSON.
  const key = typeof id === 'object' && id !== null ? JSON.stringify(id) : id;
  return typeof key === 'string' && key !== '' ? key.slice(0, 256) : place;
}
