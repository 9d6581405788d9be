import { chance } from '../../../../sandbox/edge/faults/chance.ts';
import { createFaultBook, type FaultTarget } from '../../../../sandbox/edge/faults/fault-book.ts';
import { splitBatch } from '../../../../sandbox/edge/faults/partial.ts';
import { FaultRuleError, parseFaultRules } from '../../../../sandbox/edge/faults/rule.ts';

const put: FaultTarget = { service: 's3', operation: 'PutObject', resource: 'bronze/shipment-event/a.gz', caller: 'archive', attempt: 1, body: Buffer.from('') };

/** How the calls fare under one rule: `x` for hit, `.` for passed. */
function fate(rule: object, calls: readonly FaultTarget[]): string {
  const book = createFaultBook();
  book.replace(parseFaultRules([{ id: 'r', action: 'error', ...rule }]));
  return calls.map((call) => (book.pick(call) === undefined ? '.' : 'x')).join('');
}

describe('a fault rule', () => {
  it.each([
    ['nothing', {}, 'x'],
    ['the service', { service: 's3' }, 'x'],
    ['another service', { service: 'dynamodb' }, '.'],
    ['the operation', { operation: 'PutObject' }, 'x'],
    ['another operation', { operation: 'GetObject' }, '.'],
    ['the function by name', { caller: 'archive' }, 'x'],
    ['the function by access key', { caller: 'fn-archive' }, 'x'],
    ['any function', { caller: 'fn-' }, 'x'],
    ['the beginning of a name', { caller: 'arch*' }, 'x'],
    ['a user', { caller: 'user' }, '.'],
    ['a part of the resource', { match: '^bronze/' }, 'x'],
    ['another resource', { match: 'quarantine' }, '.'],
    ['one of some operations', { match: 'PutItem|PutObject' }, 'x'],
    ['the first attempt', { attempt: 1 }, 'x'],
    ['the second attempt', { attempt: 2 }, '.'],
  ])('that names %s decides so', (_what, rule, expected) => {
    expect(fate(rule, [put])).toBe(expected);
  });

  it('for any function does not hit users and jobs, which have names of their own', () => {
    expect(fate({ caller: 'fn-' }, [{ ...put, caller: 'user' }, { ...put, caller: 'job archive' }])).toBe('..');
    expect(fate({ caller: 'job archive' }, [put, { ...put, caller: 'job archive' }])).toBe('.x');
  });

  it('matches in the body of a call', () => {
    expect(fate({ match: '"pk":\\{"S":"s-1"\\}' }, [{ ...put, body: Buffer.from('{"pk":{"S":"s-1"}}') }, put])).toBe('x.');
  });

  it('hits from the n-th matching call on, so many times', () => {
    expect(fate({ skip: 2, count: 2 }, Array.from({ length: 6 }, () => put))).toBe('..xx..');
  });

  it('does not count calls that it does not match', () => {
    expect(fate({ operation: 'PutObject', skip: 1, count: 1 }, [put, { ...put, operation: 'GetObject' }, put, put])).toBe('..x.');
  });

  it('with a share hits about that share, the same calls again for the same seed, others for another', () => {
    const calls = Array.from({ length: 1000 }, () => put);
    const once = fate({ share: 0.2, seed: 7 }, calls);

    expect(once.split('x').length - 1).toBeGreaterThan(150);
    expect(once.split('x').length - 1).toBeLessThan(250);
    expect(fate({ share: 0.2, seed: 7 }, calls)).toBe(once);
    expect(fate({ share: 0.2, seed: 8 }, calls)).not.toBe(once);
  });

  it('with share 0 hits nothing, with share 1 all', () => {
    expect(fate({ share: 0 }, [put, put])).toBe('..');
    expect(fate({ share: 1 }, [put, put])).toBe('xx');
  });
});

describe('the rules together', () => {
  it('give a call to the first rule that hits', () => {
    const book = createFaultBook();
    book.replace(parseFaultRules([{ id: 'once', action: 'reset', count: 1 }, { id: 'then', action: 'error' }]));

    expect([book.pick(put), book.pick(put)].map((hit) => hit?.rule.id)).toEqual(['once', 'then']);
    expect(book.rules().map(({ id, seen, hits }) => ({ id, seen, hits }))).toEqual([{ id: 'once', seen: 2, hits: 1 }, { id: 'then', seen: 1, hits: 1 }]);
  });

  it('can come back as they were given out, with their counters', () => {
    const book = createFaultBook();
    book.replace(parseFaultRules([{ id: 'a', action: 'drop', service: 's3' }]));

    expect(parseFaultRules(JSON.parse(JSON.stringify(book.rules())))).toEqual(parseFaultRules([{ id: 'a', action: 'drop', service: 's3' }]));
  });

  it('can be taken out one by one', () => {
    const book = createFaultBook();
    book.replace(parseFaultRules([{ id: 'a', action: 'drop' }, { id: 'b', action: 'drop' }]));

    expect([book.remove('a'), book.remove('a'), book.active]).toEqual([true, false, true]);
    expect(book.rules().map(({ id }) => id)).toEqual(['b']);
  });
});

describe('reading fault rules', () => {
  it('names every wrong field of every rule', () => {
    const bad = [{ id: 'a', action: 'explode', share: 2 }, { action: 'error', match: '(', colour: 'red' }];

    expect(() => parseFaultRules(bad)).toThrow(FaultRuleError);
    expect(() => parseFaultRules(bad)).toThrow(/rule 0: action is "explode", expected one of error.*rule 0: share is 2.*rule 1: id is missing.*rule 1: match is "\(".*rule 1: colour is not known/s);
  });

  it('refuses two rules of one id, and what is no array', () => {
    expect(() => parseFaultRules([{ id: 'a', action: 'drop' }, { id: 'a', action: 'drop' }])).toThrow(/id a is there twice/);
    expect(() => parseFaultRules({ id: 'a' })).toThrow(/array/);
  });
});

describe('partial failure', () => {
  const lost = new Set([1]);
  const isLost = (entry: number): boolean => lost.has(entry);

  it('of PutRecords sends the rest and puts the answer together in order', () => {
    const split = splitBatch('PutRecords', { StreamName: 's', Records: [{ k: 0 }, { k: 1 }, { k: 2 }] }, isLost);

    expect(split?.request).toEqual({ StreamName: 's', Records: [{ k: 0 }, { k: 2 }] });
    expect(split?.merge({ FailedRecordCount: 0, Records: [{ SequenceNumber: '10' }, { SequenceNumber: '11' }] })).toMatchObject({
      FailedRecordCount: 1,
      Records: [{ SequenceNumber: '10' }, { ErrorCode: 'ProvisionedThroughputExceededException' }, { SequenceNumber: '11' }],
    });
  });

  it('of BatchWriteItem gives the lost writes back as unprocessed', () => {
    const split = splitBatch('BatchWriteItem', { RequestItems: { a: [{ n: 0 }, { n: 1 }], b: [{ n: 2 }] } }, isLost);

    expect(split?.request).toEqual({ RequestItems: { a: [{ n: 0 }], b: [{ n: 2 }] } });
    expect(split?.merge({ UnprocessedItems: { b: [{ n: 2 }] } })).toEqual({ UnprocessedItems: { a: [{ n: 1 }], b: [{ n: 2 }] } });
  });

  it('of everything sends nothing', () => {
    const split = splitBatch('PutEvents', { Entries: [{ n: 0 }] }, () => true);

    expect(split?.request).toBeUndefined();
    expect(split?.merge({})).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });
  });

  it('is not there for an operation without entries', () => {
    expect(splitBatch('PutItem', {}, isLost)).toBeUndefined();
  });
});

describe('chance', () => {
  it('is spread evenly over its range', () => {
    const values = Array.from({ length: 10_000 }, (_, at) => chance(42, 7, at));
    const tenths = Array.from({ length: 10 }, (_, tenth) => values.filter((value) => Math.floor(value * 10) === tenth).length);

    expect(Math.min(...tenths)).toBeGreaterThan(850);
    expect(Math.max(...tenths)).toBeLessThan(1150);
  });
});
