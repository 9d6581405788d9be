import fc from 'fast-check';
import { alertId, stormId } from '../../../domain/alert/index.ts';
import { fold, pack } from '../../../domain/shipment/index.ts';
import type { Alert } from '../../../domain/shipment/index.ts';
import { AwsError } from '../../../lambdas/_shared/aws/aws-error.ts';
import { ALL_DONE } from '../../../lambdas/_shared/batch-answer.ts';
import { B, numberOf, stringOf } from '../../../lambdas/_shared/marshall.ts';
import type { TableStreamRecord } from '../../../lambdas/_shared/table-stream.ts';
import { closeStorms } from '../../../lambdas/watch-stalls/close-storms.ts';
import { lives, RUNS } from '../../domain/alert/generators.ts';
import { actual } from '../../domain/shipment/generators.ts';
import { FakeTable } from './fake-table.ts';
import { createRaiser, HOUR, LATE, NOW, recordOf, recordsOf, TABLE } from './raising.ts';

const ID = alertId('SHP-1', LATE);
const HOLD: Alert = { kind: 'HOLD', subject: 'CUSTOMS_HOLD|NLRTM', level: 1, members: ['a1'], since: NOW - HOUR };

/** Keys of news in the order in which a reader of the alerts' stream meets them. */
const toldIn = (aws: FakeTable): string[] =>
  aws.stream.flatMap(({ dynamodb: { NewImage: after, OldImage: before } }) => {
    const [now, old] = [after, before].map((image) => stringOf((image as Record<string, unknown> | undefined)?.['noticeKey']));
    return now === undefined || now === old ? [] : [now];
  });

/** What people see, and what was told: not when. */
const standing = (aws: FakeTable): unknown[] =>
  [...aws.items.values()]
    .filter((item) => stringOf(item['sk']) === 'A')
    .map((item) => [stringOf(item['pk']), numberOf(item['level']), numberOf(item['stateVersion']), stringOf(item['list'])?.slice(0, 6)])
    .sort();

describe('raise-alerts', () => {
  it('writes a row with all that lists, filters and notices need', async () => {
    const aws = new FakeTable();
    const answer = await createRaiser(aws).send(...recordsOf('SHP-1', [LATE]));
    expect(answer).toStrictEqual(ALL_DONE);
    expect(aws.row(ID)).toMatchObject({
      kind: { S: 'LATE' }, subject: { S: 'ARRIVED|NLRTM' }, shipmentId: { S: 'SHP-1' }, region: { S: 'benelux' }, customerId: { S: 'CUST-1' }, carrier: { S: 'MAEU' },
      severity: { N: '4' }, level: { N: '1' }, toldLevel: { N: '1' }, stateVersion: { N: '1' }, openedAt: { N: String(NOW - HOUR) }, planned: { N: String(NOW - 2 * HOUR) },
      noticeKey: { S: `${ID}|1|` }, noticeTurn: { S: 'opens' }, list: { S: 'open' },
    });
  });

  it('raises no second alert and writes nothing for 1,000 repeated deliveries', async () => {
    const aws = new FakeTable();
    const records = recordsOf('SHP-1', [LATE], [{ ...LATE, level: 2 }]);
    await createRaiser(aws).send(...records);
    const { writes } = aws;
    for (let repeat = 0; repeat < 500; repeat += 1) await createRaiser(aws).send(...(repeat % 2 === 0 ? records : records.slice(0, 1)));
    expect(aws.writes).toBe(writes);
    expect(toldIn(aws)).toStrictEqual([`${ID}|2|`]);
  });

  it('opens, worsens and closes one row over batches, and takes people\'s marks away with a new episode', async () => {
    const aws = new FakeTable();
    const [open, worse, over, again] = recordsOf('SHP-1', [LATE], [{ ...LATE, level: 2 }], [], [{ ...LATE, level: 3 }]) as [TableStreamRecord, TableStreamRecord, TableStreamRecord, TableStreamRecord];
    await createRaiser(aws).send(open);
    await aws.dynamo('UpdateItem', { TableName: 'alerts', Key: { pk: { S: ID }, sk: { S: 'A' } }, UpdateExpression: 'SET #a = :a', ConditionExpression: '#s = :s', ExpressionAttributeNames: { '#a': 'ackBy', '#s': 'level' }, ExpressionAttributeValues: { ':a': { S: 'Kim' }, ':s': { N: '1' } } });
    await createRaiser(aws).send(worse);
    expect(aws.row(ID)).toMatchObject({ level: { N: '2' }, ackBy: { S: 'Kim' }, noticeTurn: { S: 'worsens' }, severity: { N: '3' } });
    await createRaiser(aws).send(over);
    expect(aws.row(ID)).toMatchObject({ level: { N: '0' }, list: { S: `closed#${new Date(NOW).toISOString().slice(0, 10)}` } });
    await createRaiser(aws).send(again);
    expect(aws.row(ID)).toMatchObject({ level: { N: '3' }, noticeTurn: { S: 'opens' } });
    expect(stringOf(aws.row(ID)?.['ackBy'])).toBeUndefined();
    expect(toldIn(aws)).toStrictEqual([`${ID}|1|`, `${ID}|2|`, `${ID}|3|`]);
  });

  it('loses and repeats nothing when the process dies before or after any call', async () => {
    await fc.assert(fc.asyncProperty(lives, fc.array(fc.record({ calls: fc.integer({ min: 1, max: 6 }), done: fc.constantFrom(0, 0.5, 1) }), { maxLength: 6 }), async ({ records: life }, deaths) => {
      const records = life.map(({ shipmentId, before, after }) => recordOf(shipmentId, { after, ...(before !== undefined && { before }) }));
      const [calm, hard] = [new FakeTable(), new FakeTable()];
      for (const record of records) await createRaiser(calm).send(record);
      const left = [...deaths];
      for (const record of records) {
        for (let done = false; !done;) {
          hard.dieIn = left.pop();
          // A fresh process each time; a death is an answer that holds the record.
          done = (await createRaiser(hard).send(record)).batchItemFailures.length === 0;
        }
      }
      expect(standing(hard)).toStrictEqual(standing(calm));
      const told = toldIn(hard);
      expect(told.toSorted()).toStrictEqual(toldIn(calm).toSorted());
      expect(told).toStrictEqual([...new Set(told)]);
    }), { numRuns: Math.min(RUNS.numRuns, 150) });
  });

  it('applies its change to the row that somebody else has written meanwhile', async () => {
    const aws = new FakeTable();
    const [first, second] = recordsOf('SHP-1', [HOLD], [{ ...HOLD, members: ['a1', 'b2'] }]) as [TableStreamRecord, TableStreamRecord];
    let raced = false;
    aws.before = (operation) => {
      if (operation !== 'BatchExecuteStatement' || raced) return;
      raced = true;
      // A redrive of the first image, between our read and our write.
      aws.before = () => undefined;
      aws.items.set(JSON.stringify([alertId('SHP-1', HOLD), 'A']), { pk: { S: alertId('SHP-1', HOLD) }, sk: { S: 'A' }, kind: { S: 'HOLD' }, subject: { S: HOLD.subject }, shipmentId: { S: 'SHP-1' }, stateVersion: { N: '1' }, level: { N: '1' }, toldLevel: { N: '1' }, covered: { S: 'a1' }, noticeKey: { S: 'told' } });
    };
    await createRaiser(aws).send(second);
    expect(aws.row(alertId('SHP-1', HOLD))).toMatchObject({ covered: { S: 'a1,b2' }, noticeKey: { S: 'told' }, stateVersion: { N: '2' } });
    expect(first.eventName).toBe('INSERT');
  });

  it('overwrites no row that somebody else has brought further since it was read', async () => {
    const aws = new FakeTable();
    const [first, second, third] = recordsOf('SHP-1', [LATE], [{ ...LATE, level: 2 }], [{ ...LATE, level: 3 }]) as [TableStreamRecord, TableStreamRecord, TableStreamRecord];
    await createRaiser(aws).send(first);
    const beside = new FakeTable();
    await createRaiser(beside).send(first, second, third);
    aws.before = (operation) => {
      if (operation !== 'BatchExecuteStatement') return;
      aws.before = () => undefined;
      aws.items.set(JSON.stringify([ID, 'A']), { ...beside.row(ID), noticeKey: { S: 'told by the other' } });
    };
    await createRaiser(aws).send(second);
    expect(aws.row(ID)).toMatchObject({ level: { N: '3' }, stateVersion: { N: '3' }, noticeKey: { S: 'told by the other' } });
  });

  it('holds its checkpoint when the table does not answer, and says so', async () => {
    const aws = new FakeTable();
    aws.before = () => {
      throw new AwsError({ code: 'InternalServerError', status: 500, operation: 'x', message: 'no' });
    };
    const raiser = createRaiser(aws);
    const [record] = recordsOf('SHP-1', [LATE]) as [TableStreamRecord];
    expect(await raiser.send(record)).toStrictEqual({ batchItemFailures: [{ itemIdentifier: record.dynamodb.SequenceNumber }] });
    expect(raiser.lines.join()).toContain('checkpoint held');
  });

  it('holds its checkpoint when one of many rows is not taken, and the repeat writes that one alone', async () => {
    const aws = new FakeTable();
    const records = Array.from({ length: 40 }, (_, index) => recordsOf(`SHP-${index}`, [{ ...LATE, subject: `ARRIVED|P${index}` }])).flat();
    const refused = alertId('SHP-30', { ...LATE, subject: 'ARRIVED|P30' });
    aws.refuse = (pk) => (pk === refused ? 'ThrottlingError' : undefined);
    const held = await createRaiser(aws).send(...records);
    expect(held.batchItemFailures).toHaveLength(1);
    expect([...aws.items.keys()].filter((key) => key.endsWith('"A"]'))).toHaveLength(39);
    aws.refuse = () => undefined;
    const { writes } = aws;
    expect(await createRaiser(aws).send(...records)).toStrictEqual(ALL_DONE);
    expect(aws.writes).toBe(writes + 1 + 1);
    expect(toldIn(aws)).toHaveLength(40);
  });

  it('reads and writes a batch in calls of many rows each', async () => {
    const aws = new FakeTable();
    const asked: string[] = [];
    aws.before = (operation) => void asked.push(operation);
    // Old enough to be recorded only: then storms cost nothing.
    await createRaiser(aws).send(...Array.from({ length: 100 }, (_, index) => recordsOf(`SHP-${index}`, [{ ...LATE, since: NOW - 48 * HOUR }])).flat());
    expect(asked).toStrictEqual(['BatchGetItem', ...Array.from({ length: 4 }, () => 'BatchExecuteStatement')]);
  });

  it('closes what a vanished shipment had open', async () => {
    const aws = new FakeTable();
    const [record] = recordsOf('SHP-1', [LATE]) as [TableStreamRecord];
    await createRaiser(aws).send(record, { ...record, eventName: 'REMOVE', dynamodb: { ...record.dynamodb, OldImage: record.dynamodb.NewImage, NewImage: undefined } });
    expect(aws.row(ID)).toMatchObject({ level: { N: '0' } });
  });

  it('records without telling what the clock says of a shipment whose newest event is old news', async () => {
    const aws = new FakeTable();
    const entriesAt = (eventTime: number): { entries: ReturnType<typeof B> } => ({ entries: B(pack(fold([actual({ eventTime, publishedTime: eventTime })]))) });
    const about = { region: 'benelux', customerId: '', carrier: 'MAEU', serviceLevel: '', priority: 0 };
    const image = { version: 1, alerts: [LATE], about };
    await createRaiser(aws).send(recordOf('OLD', { after: image, entries: [undefined, entriesAt(NOW - 40 * HOUR)] }), recordOf('NEW', { after: image, entries: [undefined, entriesAt(NOW - HOUR)] }));
    // Written by the clock, not for an event: the same bytes as before.
    await createRaiser(aws).send(recordOf('DUE', { before: { ...image, version: 0, alerts: [] }, after: image, entries: [entriesAt(NOW - 40 * HOUR), entriesAt(NOW - 40 * HOUR)] }));
    expect(['OLD', 'NEW', 'DUE'].map((name) => stringOf(aws.row(alertId(name, LATE))?.['noticeTurn']))).toStrictEqual([undefined, 'opens', 'opens']);
    expect(aws.row(alertId('OLD', LATE))).toMatchObject({ level: { N: '1' }, toldLevel: { N: '1' } });
  });
});

describe('a storm', () => {
  const STORM = stormId({ by: 'place', value: 'NLRTM', reason: 'LATE' });
  const shipments = (from: number, to: number): TableStreamRecord[] => Array.from({ length: to - from }, (_, index) => recordsOf(`S${from + index}`, [LATE])).flat();

  it('is one alert with a count from the twentieth on; those in it say so', async () => {
    const aws = new FakeTable();
    for (const record of shipments(0, 25)) await createRaiser(aws).send(record);
    const grouped = Array.from({ length: 25 }, (_, index) => stringOf(aws.row(alertId(`S${index}`, LATE))?.['storm']));
    expect(grouped.map((storm) => storm !== undefined)).toStrictEqual([...Array.from({ length: 19 }, () => false), ...Array.from({ length: 6 }, () => true)]);
    expect(aws.row(STORM)).toMatchObject({ kind: { S: 'STORM' }, subject: { S: 'LATE|NLRTM' }, members: { N: '25' }, severity: { N: '3' }, list: { S: 'open' } });
    expect(toldIn(aws).filter((key) => key.startsWith('STORM'))).toStrictEqual([`${STORM}|${NOW}|1`]);
  });

  it('is one on a voyage and on a vehicle too; an alert in several names the place first, then the voyage', async () => {
    const aws = new FakeTable();
    const [VOYAGE, VEHICLE] = [stormId({ by: 'voyage', value: '9321483/245W', reason: 'LATE' }), stormId({ by: 'vehicle', value: 'TRK-0412', reason: 'LATE' })];
    const late = (index: number, place: string, carried: { voyage?: string; vehicle?: string }): TableStreamRecord =>
      recordOf(`S${index}`, { after: { version: 1, alerts: [{ ...LATE, subject: `ARRIVED|${place}` }], about: { region: 'benelux', customerId: '', carrier: 'MAEU', serviceLevel: '', priority: 0, ...carried } } });
    // Everybody at a place of its own, all on one voyage; then twenty at one place, half of them on the voyage; then a vehicle.
    const onVoyage = Array.from({ length: 22 }, (_, index) => late(index, `P${index}`, { voyage: '9321483/245W' }));
    const atPlace = Array.from({ length: 22 }, (_, index) => late(100 + index, 'NLRTM', index % 2 === 0 ? { voyage: '9321483/245W' } : {}));
    const onVehicle = Array.from({ length: 20 }, (_, index) => late(200 + index, `Q${index}`, { voyage: `V/${index}`, vehicle: 'TRK-0412' }));
    for (const records of [onVoyage, atPlace, onVehicle, onVehicle]) await createRaiser(aws).send(...records);
    const stormOf = (index: number, place: string): string | undefined => stringOf(aws.row(alertId(`S${index}`, { kind: 'LATE', subject: `ARRIVED|${place}` }))?.['storm']);
    expect([stormOf(21, 'P21'), stormOf(120, 'NLRTM'), stormOf(121, 'NLRTM'), stormOf(219, 'Q19')]).toStrictEqual([VOYAGE, STORM, STORM, VEHICLE]);
    expect([VOYAGE, STORM, VEHICLE].map((id) => numberOf(aws.row(id)?.['members']))).toStrictEqual([33, 22, 20]);
    expect(toldIn(aws).filter((key) => key.startsWith('STORM')).sort()).toStrictEqual([VOYAGE, STORM, VEHICLE].map((id) => `${id}|${NOW}|1`).sort());
    expect(aws.row(alertId('S21', { kind: 'LATE', subject: 'ARRIVED|P21' }))).toMatchObject({ voyage: { S: '9321483/245W' } });
  });

  it('counts no repeat, and is told again when it is five times as large', async () => {
    const aws = new FakeTable();
    await createRaiser(aws).send(...shipments(0, 30));
    await createRaiser(aws).send(...shipments(0, 30));
    expect(numberOf(aws.row(STORM)?.['members'])).toBe(30);
    await createRaiser(aws).send(...shipments(30, 120));
    expect(aws.row(STORM)).toMatchObject({ members: { N: '120' }, level: { N: '2' }, noticeTurn: { S: 'worsens' } });
    expect(toldIn(aws).filter((key) => key.startsWith('STORM'))).toHaveLength(2);
  });

  it('is not counted without a member that the table did not take', async () => {
    const aws = new FakeTable();
    aws.refuse = (pk) => (pk === STORM ? 'ThrottlingError' : undefined);
    expect((await createRaiser(aws).send(...shipments(0, 20))).batchItemFailures).toHaveLength(1);
    expect(toldIn(aws)).toStrictEqual([]);
    aws.refuse = () => undefined;
    await createRaiser(aws).send(...shipments(0, 20));
    expect(aws.row(STORM)).toMatchObject({ members: { N: '20' } });
  });

  it('ends half an hour after the last has joined, and the next one is told as new', async () => {
    const aws = new FakeTable();
    await createRaiser(aws).send(...shipments(0, 25));
    expect(await closeStorms({ aws, table: TABLE }, NOW + HOUR / 2)).toBe(0);
    expect(await closeStorms({ aws, table: TABLE }, NOW + HOUR / 2 + 1)).toBe(1);
    expect(aws.row(STORM)).toMatchObject({ level: { N: '0' }, list: { S: 'closed#2026-11-20' } });
    const later = NOW + 2 * HOUR;
    const next = Array.from({ length: 20 }, (_, index) => recordsOf(`N${index}`, [LATE])).flat().map((record) => ({ ...record, dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: later / 1000 } }));
    await createRaiser(aws, { now: () => later }).send(...next);
    expect(aws.row(STORM)).toMatchObject({ level: { N: '1' }, members: { N: '20' }, openedAt: { N: String(later) } });
    expect(toldIn(aws).filter((key) => key.startsWith('STORM'))).toHaveLength(2);
  });

  it('is the same when processes die between its steps', async () => {
    for (let calls = 1; calls <= 12; calls += 1) {
      for (const done of [0, 0.5, 1]) {
        const aws = new FakeTable();
        await createRaiser(aws).send(...shipments(0, 19));
        aws.dieIn = { calls, done };
        const last = shipments(19, 20);
        await createRaiser(aws).send(...last);
        aws.dieIn = undefined;
        await createRaiser(aws).send(...last);
        expect(aws.row(STORM)).toMatchObject({ members: { N: '20' }, level: { N: '1' } });
        expect(stringOf(aws.row(alertId('S19', LATE))?.['storm'])).toBe(STORM);
        expect(toldIn(aws).filter((key) => key.startsWith('STORM'))).toHaveLength(1);
      }
    }
  });

  it('is the same when processes die in the middle of the bulk calls of one batch', async () => {
    const all = shipments(0, 60);
    const calm = new FakeTable();
    await createRaiser(calm).send(...all);
    const { calls: ofOneBatch } = calm;
    expect(toldIn(calm)).toHaveLength(61);
    for (let calls = 1; calls <= ofOneBatch; calls += 1) {
      for (const done of [0, 0.3, 0.8, 1]) {
        const aws = new FakeTable();
        aws.dieIn = { calls, done };
        expect((await createRaiser(aws).send(...all)).batchItemFailures).toHaveLength(1);
        aws.dieIn = undefined;
        await createRaiser(aws).send(...all);
        expect(standing(aws)).toStrictEqual(standing(calm));
        expect(aws.row(STORM)).toMatchObject({ members: { N: '60' }, level: { N: '1' } });
        expect(toldIn(aws).toSorted()).toStrictEqual(toldIn(calm).toSorted());
      }
    }
  });
});
