import { EMPTY, entriesOf, pack } from '../../../domain/shipment/index.ts';
import type { EntrySet } from '../../../domain/shipment/index.ts';
import { stringOf } from '../../../lambdas/_shared/marshall.ts';
import type { Item } from '../../../lambdas/_shared/marshall.ts';
import { knownShipment, shipmentOf } from '../../../lambdas/track-shipments/stored-shipment.ts';
import { storedTexts } from '../../../lambdas/track-shipments/text-items.ts';
import { HORIZON_MS, NOW, TABLE } from './tracker.ts';
import type { FakeAws } from './fake-aws.ts';

export const itemsOf = (aws: FakeAws, shipmentId: string): Item[] => aws.items(TABLE).filter((item) => stringOf(item['pk']) === shipmentId);

/** Logical state of a shipment in the table, all items joined. */
export function setOf(aws: FakeAws, shipmentId: string, now = NOW): EntrySet {
  const items = itemsOf(aws, shipmentId);
  return items.length === 0 ? EMPTY : knownShipment(shipmentOf(items), { now, horizonMs: HORIZON_MS }).set;
}

/** Shipment id -> packed logical state, as hex. */
export function tableStates(aws: FakeAws, now = NOW): Map<string, string> {
  const ids = new Set(aws.items(TABLE).map((item) => stringOf(item['pk']) ?? ''));
  return new Map([...ids].sort().map((id) => [id, pack(setOf(aws, id, now)).toString('hex')]));
}

/** What an item says, with neither version nor bytes; NULL counts as absent. */
export function attributesOf(aws: FakeAws, shipmentId: string): Record<string, unknown> {
  const main = shipmentOf(itemsOf(aws, shipmentId)).main ?? {};
  const said = Object.entries(main).filter(([name, value]) => !['pk', 'sk', 'entries', 'version'].includes(name) && !('NULL' in value));
  return Object.fromEntries(said.map(([name, value]) => [name, 'S' in value ? value.S : 'N' in value ? Number(value.N) : null]));
}

/** Texts by name, as JSON. */
export const textsOf = (aws: FakeAws, shipmentId: string): Map<string, string> =>
  new Map([...storedTexts(itemsOf(aws, shipmentId))].map(([name, { text }]) => [name, JSON.stringify(text)]));

export const textItemsOf = (aws: FakeAws, shipmentId: string): Item[] => itemsOf(aws, shipmentId).filter((item) => stringOf(item['sk'])?.startsWith('T#') === true);

/** Texts that a reader shows: those of entries in the state. One of a superseded entry may lie there until it expires. */
export function visibleTexts(aws: FakeAws, shipmentId: string): string[] {
  const names = new Set(entriesOf(setOf(aws, shipmentId)).map(({ id, hash }) => id + hash));
  return [...textsOf(aws, shipmentId)].filter(([name]) => names.has(name)).map(([name, text]) => `${name} ${text}`).sort();
}
