/** ItemBatcher: several items in the input of one child. */
import type { ItemBatcher } from '../definition/types.ts';
import { evaluate, evaluateAs, type Evaluator } from '../expressions/evaluate.ts';
import type { MapItem } from '../run/frame.ts';

const MAX_INPUT_BYTES = 256 * 1024;

export async function batchItems(items: readonly MapItem[], batcher: ItemBatcher, evaluator: Evaluator): Promise<MapItem[]> {
  const number = async (field: 'MaxItemsPerBatch' | 'MaxInputBytesPerBatch', otherwise: number): Promise<number> =>
    batcher[field] === undefined ? otherwise : evaluateAs('number', batcher[field], `ItemBatcher/${field}`, evaluator);
  const [most, bytes] = [await number('MaxItemsPerBatch', Infinity), await number('MaxInputBytesPerBatch', MAX_INPUT_BYTES)];
  const common = batcher.BatchInput === undefined ? {} : { BatchInput: await evaluate(batcher.BatchInput, 'ItemBatcher/BatchInput', evaluator) };

  const batches: unknown[][] = [];
  let size = 0;
  for (const { input } of items) {
    const cost = Buffer.byteLength(JSON.stringify(input)) + 1;
    const open = batches.at(-1);
    if (open !== undefined && open.length < most && size + cost <= bytes) {
      open.push(input);
      size += cost;
    } else {
      batches.push([input]);
      size = cost + Buffer.byteLength(JSON.stringify({ ...common, Items: [] }));
    }
  }
  return batches.map((Items, Index) => ({ input: { ...common, Items }, count: Items.length, context: { Item: { Index } } }));
}
