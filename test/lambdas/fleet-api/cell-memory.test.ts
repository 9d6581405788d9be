import type { Breather } from '../../../lambdas/fleet-api/breather.ts';
import { createCellMemory, MOST_PREPARED } from '../../../lambdas/fleet-api/cell-memory.ts';
import type { CountCells } from '../../../lambdas/fleet-api/cell-memory.ts';
import type { Fleet } from '../../../lambdas/fleet-api/fleet.ts';

/** The memory knows fleets only by who they are. */
const fleet = (): Fleet => ({ asOf: 0 }) as Fleet;
const breathe: Breather = () => undefined;

/** Counts how often it is asked, and with which breather. */
function counting() {
  const asked: { readonly fleet: Fleet; readonly breathe: Breather | undefined }[] = [];
  const count: CountCells = (of, pause) => {
    asked.push({ fleet: of, breathe: pause });
    return Promise.resolve({ count: asked.length, resolution: 2, cells: [] });
  };
  return { asked, count };
}

describe('cells that everybody asks for', () => {
  it('are counted once for a reading, however many ask', async () => {
    const memory = createCellMemory();
    const { asked, count } = counting();
    const now = fleet();
    const answers = await Promise.all([memory.get(now, 'all', count), memory.get(now, 'all', count)]);
    expect(answers[0]).toBe(answers[1]);
    expect(asked).toHaveLength(1);
    await memory.get(now, 'benelux', count);
    await memory.get(fleet(), 'all', count);
    expect(asked).toHaveLength(3);
  });

  it('are counted behind the next reading, in pieces, where somebody asked of the one before', async () => {
    const memory = createCellMemory();
    const { asked, count } = counting();
    await memory.get(fleet(), 'all', count);
    const next = fleet();
    await memory.prepare(next, breathe);
    expect(asked.at(-1)).toEqual({ fleet: next, breathe });
    const prepared = await memory.get(next, 'all', count);
    expect(asked).toHaveLength(2);
    expect(prepared.count).toBe(2);
  });

  it('are not counted any more when nobody has asked since the reading before', async () => {
    const memory = createCellMemory();
    const { asked, count } = counting();
    await memory.get(fleet(), 'all', count);
    await memory.prepare(fleet(), breathe);
    await memory.prepare(fleet(), breathe);
    expect(asked).toHaveLength(2);
  });

  it('are prepared for so many questions and no more', async () => {
    const memory = createCellMemory();
    const { asked, count } = counting();
    const before = fleet();
    for (let number = 0; number < MOST_PREPARED + 5; number += 1) await memory.get(before, String(number), count);
    await memory.prepare(fleet(), breathe);
    expect(asked).toHaveLength(2 * MOST_PREPARED + 5);
  });
});
