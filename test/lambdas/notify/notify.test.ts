import { alertId, stormId } from '../../../domain/alert/index.ts';
import type { AlertNotice } from '../../../domain/alert/index.ts';
import type { Alert } from '../../../domain/shipment/index.ts';
import { ALL_DONE } from '../../../lambdas/_shared/batch-answer.ts';
import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { N } from '../../../lambdas/_shared/marshall.ts';
import type { TableStreamRecord } from '../../../lambdas/_shared/table-stream.ts';
import { createHandler } from '../../../lambdas/notify/create-handler.ts';
import { publishForm } from '../../../lambdas/notify/publish.ts';
import { FakeTable } from '../raise-alerts/fake-table.ts';
import { createRaiser, HOUR, LATE, NOW, recordsOf } from '../raise-alerts/raising.ts';

const ID = alertId('SHP-1', LATE);

interface Teller {
  readonly sent: AlertNotice[];
  readonly lines: string[];
  readonly send: (records: readonly TableStreamRecord[]) => Promise<{ batchItemFailures: readonly { itemIdentifier: string }[] }>;
}

function createTeller(aws: FakeTable, { now = NOW, refuse = () => false }: { readonly now?: number; readonly refuse?: (notice: AlertNotice) => boolean } = {}): Teller {
  const sent: AlertNotice[] = [];
  const lines: string[] = [];
  const handler = createHandler({
    readRow: async (id) => Promise.resolve(aws.row(id)),
    publish: async (notice) => {
      if (refuse(notice)) throw new Error('the topic does not answer');
      sent.push(notice);
      return Promise.resolve();
    },
    environment: 'test',
    log: createLogger({ fields: {}, write: (line) => void lines.push(line) }),
    metricNamespace: 'Waybill/test',
    print: (line) => void lines.push(line),
    now: () => now,
  });
  return { sent, lines, send: async (records) => handler({ Records: records }) };
}

async function raised(...batches: (readonly TableStreamRecord[])[]): Promise<FakeTable> {
  const aws = new FakeTable();
  for (const batch of batches) await createRaiser(aws).send(...batch);
  return aws;
}

describe('notify', () => {
  it('tells an alert once, with its id, key and what it is about; a repeat of the record under the same key', async () => {
    const aws = await raised(recordsOf('SHP-1', [LATE]));
    const teller = createTeller(aws);
    expect(await teller.send(aws.stream)).toStrictEqual(ALL_DONE);
    await teller.send(aws.stream);
    expect(teller.sent[0]).toStrictEqual({
      schema: 'waybill.alert-notice/1', environment: 'test', alertId: ID, key: `${ID}|1|`, turn: 'opens', kind: 'LATE', subject: 'ARRIVED|NLRTM', severity: 4, level: 1,
      text: 'Arrival at NLRTM is 2 h late', openedAt: new Date(NOW - HOUR).toISOString(), at: new Date(NOW).toISOString(), shipmentId: 'SHP-1', place: 'NLRTM', region: 'benelux',
      customerId: 'CUST-1', carrier: 'MAEU', serviceLevel: 'STANDARD', minutesLate: 120, members: null, storm: null,
    });
    expect(teller.sent[1]).toStrictEqual(teller.sent[0]);
  });

  it('tells each worse level, and nothing of easing, closing and repeats', async () => {
    const lives = recordsOf('SHP-1', [LATE], [LATE], [{ ...LATE, level: 2 }], [LATE], [], [LATE]);
    const teller = { told: [] as string[] };
    const aws = new FakeTable();
    let read = 0;
    for (const record of lives) {
      await createRaiser(aws).send(record);
      const now = createTeller(aws);
      await now.send(aws.stream.slice(read));
      read = aws.stream.length;
      teller.told.push(...now.sent.map(({ turn, level }) => `${turn} ${level}`));
    }
    expect(teller.told).toStrictEqual(['opens 1', 'worsens 2']);
  });

  it.each([
    ['is over', async () => raised(recordsOf('SHP-1', [LATE]).slice(0, 1), recordsOf('SHP-1', [LATE], []).slice(1)), NOW, 'already over'],
    ['is a day old by now', async () => raised(recordsOf('SHP-1', [LATE])), NOW + 25 * HOUR, 'a day old'],
  ] as const)('withholds what %s', async (_, world, now, reason) => {
    const aws = await world();
    const teller = createTeller(aws, { now });
    await teller.send(aws.stream);
    expect(teller.sent).toStrictEqual([]);
    expect(teller.lines.join()).toContain(reason);
  });

  it('withholds what is snoozed, until then', async () => {
    const aws = await raised(recordsOf('SHP-1', [LATE]));
    aws.items.set(JSON.stringify([ID, 'A']), { ...aws.row(ID), snoozedUntil: N(NOW + HOUR) });
    const [before, after] = [createTeller(aws), createTeller(aws, { now: NOW + HOUR })];
    await before.send(aws.stream);
    await after.send(aws.stream);
    expect([before.sent.length, after.sent.length]).toStrictEqual([0, 1]);
  });

  it('holds its checkpoint at what was not delivered; the repeat delivers it and what follows', async () => {
    const aws = await raised(recordsOf('SHP-1', [LATE]), recordsOf('SHP-2', [LATE]), recordsOf('SHP-3', [LATE]));
    const teller = createTeller(aws, { refuse: ({ shipmentId }) => shipmentId === 'SHP-2' });
    const rows = aws.stream.filter(({ dynamodb }) => JSON.stringify(dynamodb.NewImage).includes('noticeKey'));
    const second = rows[1]?.dynamodb.SequenceNumber ?? '';
    expect(await teller.send(rows)).toStrictEqual({ batchItemFailures: [{ itemIdentifier: second }] });
    const again = createTeller(aws);
    await again.send(rows.slice(1));
    expect([...teller.sent, ...again.sent].map(({ shipmentId }) => shipmentId)).toStrictEqual(['SHP-1', 'SHP-2', 'SHP-3']);
  });

  it('tells a storm as one, and marks those that are part of it', async () => {
    const aws = await raised(...Array.from({ length: 22 }, (_, index) => recordsOf(`S${index}`, [LATE])));
    const teller = createTeller(aws);
    await teller.send(aws.stream);
    const storms = teller.sent.filter(({ kind }) => kind === 'STORM');
    expect(storms).toMatchObject([{ alertId: stormId({ by: 'place', value: 'NLRTM', reason: 'LATE' }), members: 22, text: '22 delays at NLRTM', shipmentId: null }]);
    expect(teller.sent.filter(({ storm }) => storm !== null).map(({ shipmentId }) => shipmentId)).toStrictEqual(['S19', 'S20', 'S21']);
  });

  it('sends nothing of 35 days of history', async () => {
    const day = 24 * HOUR;
    const old = (days: number): Alert[] => [
      { ...LATE, level: 3, since: NOW - days * day },
      { kind: 'HOLD', subject: 'CUSTOMS_HOLD|NLRTM', level: 1, members: [`h${days}`], since: NOW - days * day },
    ];
    const aws = await raised(...Array.from({ length: 34 }, (_, index) => recordsOf(`S${index}`, old(index + 2), [], old(index + 2))));
    const teller = createTeller(aws);
    await teller.send(aws.stream);
    expect(teller.sent).toStrictEqual([]);
    expect([...aws.items.values()].filter((item) => JSON.stringify(item['list']) === '{"S":"open"}')).toHaveLength(68);
  });
});

describe('a publish request', () => {
  it('carries text for e-mail, JSON for all others, and the attributes that filters use', async () => {
    const aws = await raised(recordsOf('SHP-1', [LATE]));
    const teller = createTeller(aws);
    await teller.send(aws.stream);
    const form = new URLSearchParams(publishForm('arn:topic', teller.sent[0] as AlertNotice));
    const message = JSON.parse(form.get('Message') ?? '') as Record<string, string>;
    expect(JSON.parse(message['default'] ?? '')).toStrictEqual(teller.sent[0]);
    expect(message['email']).toContain('Shipment:            SHP-1');
    expect(Object.fromEntries([1, 2, 3, 4, 5].map((n) => [form.get(`MessageAttributes.entry.${n}.Name`), form.get(`MessageAttributes.entry.${n}.Value.StringValue`)]))).toStrictEqual({ region: 'benelux', customer: 'CUST-1', severity: '4', kind: 'LATE', grouped: 'no' });
    expect(form.get('Subject')).toBe('[test] SEV-4 Arrival at NLRTM is 2 h late (SHP-1)');
  });
});
