/** The same cases are read by Spark (test/glue/transforms/test_content_hash.py): both must give these bytes. */
import { contentHash } from '../../../domain/shipment/hashes.ts';
import { fromContract } from '../../../domain/shipment/event.ts';
import cases from '../../fixtures/content-hashes/cases.json' with { type: 'json' };

test.each(cases.map((each) => [each.name, each] as const))('content hash: %s', (_, { event, contentHash: wanted }) => {
  const read = fromContract(event, 1);
  expect(read).toBeDefined();
  expect(read === undefined ? undefined : contentHash(read)).toBe(wanted);
});
