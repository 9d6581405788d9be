/** What would become of a quarantined record if it were put again: as it is, or repaired. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { isUtf8 } from 'node:buffer';
import { isObject } from '../../contracts/json-object.ts';
import type { ContractRuntime, Violation } from '../../contracts/model.ts';
import { validateEvent } from '../../contracts/validation/validate-event.ts';
import { applyRepair } from '../../domain/repair/index.ts';
import type { Repair } from '../../domain/repair/index.ts';
import type { StreamRecord } from '../../producer/index.ts';
import { bytesOf } from '../lake/quarantine.ts';
import type { QuarantinedRecord } from '../lake/quarantine.ts';
import { partitionKeyOf } from '../put/prepare.ts';

export interface Judged extends StreamRecord {
  readonly record: QuarantinedRecord;
  /** Why it stays in quarantine; empty: it can be put. */
  readonly rejected: readonly Violation[];
  /** The bytes differ from those that were quarantined. */
  readonly repaired: boolean;
}

/** Validated by the contract as it is now, so that a newer version alone may be the repair. */
export function judge(record: QuarantinedRecord, contract: ContractRuntime, repair: Repair | undefined): Judged {
  const bytes = bytesOf(record);
  const place = `${record.shard} ${record.sequence} ${record.index}`;
  const stays = (rule: string, message: string): Judged => ({ record, data: bytes, partitionKey: place, rejected: [{ path: '', rule, message, severity: 'reject' }], repaired: false });
  if (!isUtf8(bytes)) return stays('NOT_UTF8', 'is not UTF-8 text');
  const original = parsed(bytes);
  if (!isObject(original)) return stays(original === undefined ? 'NOT_JSON' : 'NOT_OBJECT', original === undefined ? 'is not JSON; no step can reach into it' : 'is no JSON object');
  const event = repair === undefined ? original : applyRepair(repair, original);
  const repaired = !isDeepStrictEqual(event, original);
  const rejected = [...changedIdentity(original, event, contract), ...validateEvent(contract, event).filter(({ severity }) => severity === 'reject')];
  // What no step touched goes out in the very bytes that came in.
  return { record, data: repaired ? Buffer.from(JSON.stringify(event)) : bytes, partitionKey: partitionKeyOf(event, contract, place), rejected, repaired };
}

/** An event keeps the identity it came with: under another one it would be another event, and a second replay would not be known. */
function changedIdentity(original: Readonly<Record<string, unknown>>, event: unknown, { descriptor }: ContractRuntime): Violation[] {
  return descriptor.identity.flatMap((field) => {
    const [before, after] = [original[field], isObject(event) ? event[field] : undefined];
    if (before === undefined || before === null || isDeepStrictEqual(before, after)) return [];
    return [{ path: `/${field}`, rule: 'IDENTITY', message: `was ${JSON.stringify(before)}; a replay keeps the identity of the event`, severity: 'reject' as const }];
  });
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
