import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { Arena } from '../../../../lambdas/_shared/decode/arena.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** Writes events one behind the other; answers where each lies. */
function filled(arena: Arena, events: readonly string[]): { start: number; end: number }[] {
  let end = 0;
  return events.map((event) => {
    const start = end;
    end = start + arena.bytes.write(event, start, 'latin1') + 1;
    return { start, end: end - 1 };
  });
}

const textAt = (arena: Arena, { start, end }: { start: number; end: number }): string => {
  const text = arena.textOf(start, end);
  return text.slice(start - arena.textStart, end - arena.textStart);
};

describe('texts of an arena', () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 60_000, max: 140_000 })), { minLength: 1, maxLength: 12 });

  it('hold the bytes of each event, whatever its size, in whichever order they are asked for', () => {
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.nat()), (lengths, picks) => {
        const events = lengths.map((length, index) => String.fromCharCode(97 + index).repeat(length));
        const arena = new Arena(events.reduce((sum, event) => sum + event.length + 1, 0));
        const places = filled(arena, events);
        const order = [...places.keys(), ...places.map(() => (picks.next().value ?? 0) % places.length)];
        for (const index of order) expect(textAt(arena, places[index] ?? { start: 0, end: 0 })).toBe(events[index]);
      }),
      { numRuns: 50 },
    );
  });

  it('are those of the next batch once the arena was cleared', () => {
    const arena = new Arena(100);
    const [place] = filled(arena, ['first']);
    expect(textAt(arena, place ?? { start: 0, end: 0 })).toBe('first');
    arena.clear();
    const [next] = filled(arena, ['other']);
    expect(textAt(arena, next ?? { start: 0, end: 0 })).toBe('other');
  });

  it('are given back by collections of the young: a batch leaves nothing that only a collection of the old would find', async () => {
    const batches = `
      import { setFlagsFromString } from 'node:v8';
      import { runInNewContext } from 'node:vm';
      import { Arena } from '${ROOT}/lambdas/_shared/decode/arena.ts';
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc');
      const arena = new Arena(3_000_000);
      const heldAfter = (batches) => {
        for (let batch = 0; batch < batches; batch += 1) {
          arena.clear();
          const texts = [];
          for (let at = 0; at < 2_990_000; at += 1_000) texts.push(arena.textOf(at, at + 1_000).slice(at - arena.textStart, at - arena.textStart + 36));
          if (texts.length !== 2_990) throw new Error('texts');
        }
        collect({ type: 'minor' });
        collect({ type: 'minor' });
        const { external, heapUsed } = process.memoryUsage();
        return external + heapUsed;
      };
      heldAfter(2);
      const before = heldAfter(1);
      process.stdout.write(String(heldAfter(10) - before));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', batches]);
    // Ten texts of whole batches would be 30 MB.
    expect(Number(stdout)).toBeLessThan(3_000_000);
  });
});
