/** Records that must end in quarantine: each breaks the contract, or is no event at all. */
import type { ShipmentEventV1 } from '../contracts/generated/shipment-event/v1.types.ts';
import type { Chance } from './random.ts';

/** What is wrong with it; for reports. */
const CORRUPTIONS = ['cut off', 'no JSON', 'binary', 'a list', 'no eventId', 'impossible date', 'unknown classifier', 'unknown major version', 'source without a kind'] as const;
export type Corruption = (typeof CORRUPTIONS)[number];

export interface CorruptRecord {
  readonly corruption: Corruption;
  readonly data: string | Buffer;
}

/** Takes a good event and spoils a copy of it; its eventId differs, so that the good one stays what it is. */
export function corrupt(event: ShipmentEventV1, chance: Chance): CorruptRecord {
  const corruption = chance.pick(CORRUPTIONS);
  return { corruption, data: spoil({ ...event, eventId: `${event.eventId}-x${chance.whole(0, 1e9)}` }, corruption, chance) };
}

function spoil(event: ShipmentEventV1, corruption: Corruption, chance: Chance): string | Buffer {
  const { eventId, ...nameless } = event;
  switch (corruption) {
    case 'cut off':
      return JSON.stringify(event).slice(0, chance.whole(20, 120));
    case 'no JSON':
      return `${eventId};${event.shipmentId};${event.eventTime}`;
    case 'binary':
      return Buffer.from([0xff, 0xfe, ...Array.from({ length: chance.whole(8, 40) }, () => chance.whole(0x80, 0xff))]);
    case 'a list':
      return JSON.stringify([event]);
    case 'no eventId':
      return JSON.stringify(nameless);
    case 'impossible date':
      return JSON.stringify({ ...event, eventTime: '2026-02-30T10:00:00Z' });
    case 'unknown classifier':
      return JSON.stringify({ ...event, eventClassifier: 'FINAL' });
    case 'unknown major version':
      return JSON.stringify({ ...event, schemaVersion: '9.0' });
    case 'source without a kind':
      return JSON.stringify({ ...event, source: 'somebody' });
  }
}
