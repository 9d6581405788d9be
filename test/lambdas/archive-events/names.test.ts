import { openBucket } from '../../../lambdas/archive-events/ledger-rows.ts';
import { objectKey, parseObjectKey } from '../../../contracts/object-keys.ts';

const NAME = { contract: 'web-order', shard: 'shardId-000000000012', firstSequence: '4959', lastSequence: '4962', count: 3, hash8: '0a1b2c3d', arrivalTime: Date.parse('2026-03-01T23:59:59.999Z') };

describe('An object key', () => {
  it('names contract, UTC arrival hour, shard, sequences, count and content', () => {
    expect(objectKey(NAME)).toBe('web-order/arrival_date=2026-03-01/arrival_hour=23/shardId-000000000012-4959-4962-3-0a1b2c3d.ndjson.zst');
  });

  it('can be read back', () => {
    const { arrivalTime: _, ...rest } = NAME;

    expect(parseObjectKey(objectKey(NAME))).toEqual(rest);
  });

  it('of an object that is gzip can be read, too', () => {
    expect(parseObjectKey(objectKey(NAME).replace('.zst', '.gz'))).toEqual(parseObjectKey(objectKey(NAME)));
  });

  it.each(['aws/lambda/x/shardId-000000000000/2026/03/01/file', 'catch-up/track-shipments/c/s/1-2.json', 'c/arrival_date=2026-03-01/arrival_hour=23/s-1-2-3-XYZ.ndjson.zst', 'c/arrival_date=2026-03-01/arrival_hour=23/s-1-2-3-0a1b2c3d.ndjson', ''])('is told from other keys of the bucket: %s', (key) => {
    expect(parseObjectKey(key)).toBeUndefined();
  });
});

describe('The open attribute', () => {
  it('keeps a shard in one of eight buckets of its contract, and spreads shards', () => {
    const buckets = new Set(Array.from({ length: 200 }, (_, shard) => openBucket('c', `shardId-${String(shard).padStart(12, '0')}`)));

    expect([...buckets].sort()).toEqual(Array.from({ length: 8 }, (_, bucket) => `c#${bucket}`));
    expect(openBucket('c', 'shardId-000000000000')).toBe(openBucket('c', 'shardId-000000000000'));
  });
});
