import fc from 'fast-check';
import { instant } from '../../../lambdas/fleet-api/bodies.ts';

it('an instant is written as ISO 8601 has it, at any time, before 1970 too', () => {
  const times = fc.oneof(fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }), fc.constantFrom(0, -1, 1, 86_399_999, 86_400_000, -86_400_000, Date.parse('2026-11-22T23:59:59.999Z')));
  fc.assert(fc.property(times, (time) => expect(instant(time)).toBe(new Date(time).toISOString())), { numRuns: 1_000 });
});
