/** Limits of the control plane's memory, and its snapshots, at the launcher's own functions. */
import { runProbe } from './python.ts';

jest.setTimeout(60_000);

let found: Record<string, unknown>;

beforeAll(async () => {
  found = (await runProbe('storage_probe.py')) as Record<string, unknown>;
});

it('drops the oldest records beyond the cap, says how many, and a reader in the middle neither skips nor repeats one', () => {
  expect(found['cap']).toEqual({ read: 90, next: ['a90', 'last'], nextCount: 61, held: 101, trimmed: { capped: 50 } });
});

it('drops records whose retention is over without moving a reader', () => {
  expect(found['retention']).toEqual({ first: ['old1', 'old2', 'young1'], next: ['young2'], all: ['young1', 'young2'] });
});

it('stamps arrival in milliseconds', () => {
  expect(found['stamps']).toEqual({ fractional: true, near: true });
});

it('drops iterators after five minutes and keeps younger ones', () => {
  expect(found['iterators']).toEqual({ left: 1, youngIsLeft: true });
});

it('keeps the newest log events of a group', () => {
  expect(found['logs']).toEqual({ old: ['old30', 10], new: 40, pointers: 50 });
});

it('writes a snapshot whole or not at all, and carries services over that were not touched', () => {
  expect(found['snapshot']).toMatchObject({ streams: ['capped', 'expired'], carriedOver: true, failed: 'yes', failedLeft: false, deepCopyIntact: true });
});

it('keeps the properties of stored-only resources in the snapshot', () => {
  expect(found['snapshot']).toMatchObject({ stored: ['AWS::Glue::Registry arn:aws:glue:eu-central-1:000000000000:registry/registry'] });
});

it('counts as a change only what may change something', () => {
  expect(found['changes']).toEqual({ PutRecord: true, GetRecords: false, BatchGetItem: false, BatchWriteItem: true, 'GET object': false, 'PUT object': true });
});
