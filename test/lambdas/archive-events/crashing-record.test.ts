import { emptyCloud } from '../fixtures/fake-aws.ts';
import { sequenceOf, SHARD, streamOf } from '../fixtures/kinesis.ts';
import { ARRIVAL, parcelScan, parcelScanWith, scan } from '../fixtures/parcel-scan.ts';
import { BRONZE, deliver, keysIn, originalOf, quarantineEntries, whereabouts } from './archive-world.ts';

const stream = (...contents: (string | Buffer)[]) => streamOf(contents, { start: ARRIVAL });
const DONE = { batchItemFailures: [] };

describe('A record that crashes the function', () => {
  const crash = parcelScanWith([
    {
      validate: (event) => {
        if ((event as { scanId: string }).scanId === 'boom') throw new Error('defect in a validator');
        return parcelScan.versions[0]?.validate(event) ?? [];
      },
    },
  ]);
  const poison = scan({ scanId: 'boom' });
  const skipRow = { pk: { S: 'skip#parcel-scan' }, sk: { S: `${SHARD}#0000${sequenceOf(1)}` } };

  it('throws, before anything of its batch is written, so that Lambda bisects to it', async () => {
    const cloud = emptyCloud();

    await expect(deliver(cloud, stream(scan(), poison), { contract: crash })).rejects.toThrow('defect in a validator');

    expect(cloud.objects.size + cloud.rows.size).toBe(0);
  });

  it('is quarantined as it is, unseen, once a person ordered to skip it', async () => {
    const cloud = emptyCloud();
    cloud.rows.set(`${skipRow.pk.S}|${skipRow.sk.S}`, skipRow);
    const [, record] = stream(scan(), poison);

    const { outcome } = await deliver(cloud, record === undefined ? [] : [record], { contract: crash });

    expect(outcome).toEqual(DONE);
    const [entry] = quarantineEntries(cloud);
    expect(entry).toMatchObject({ k: sequenceOf(1), reasons: [{ rule: 'SKIPPED' }], encoding: 'utf8' });
    expect(entry && originalOf(entry)).toEqual(Buffer.from(poison));
    expect(keysIn(cloud, BRONZE)).toEqual([]);
  });

  it('costs a look at the skip list only where a record stands alone', async () => {
    const many = await deliver(emptyCloud(), stream(scan(), scan()));
    const alone = await deliver(emptyCloud(), stream(scan()));

    expect(many.process.calls.filter(({ operation }) => operation === 'GetItem')).toEqual([]);
    expect(alone.process.calls[0]?.operation).toBe('GetItem');
  });

  it('is not skipped by the row of another record', async () => {
    const cloud = emptyCloud();
    cloud.rows.set(`${skipRow.pk.S}|${skipRow.sk.S}`, skipRow);

    await deliver(cloud, stream(scan()));

    expect([...whereabouts(cloud).values()]).toEqual(['bronze']);
  });
});
