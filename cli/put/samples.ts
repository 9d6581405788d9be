/** Small events to try the platform with: each shows one thing that the docs promise (docs/guide/application-developer.md). */
import type { ContractRuntime } from '../../contracts/model.ts';
import { UsageError } from '../errors.ts';

export const SAMPLES = ['good', 'duplicate', 'late', 'conflict', 'retract', 'corrupt'] as const;
export type Sample = (typeof SAMPLES)[number];

/** The shipment that the samples are about. */
export const SAMPLE_SHIPMENT = 'SHP-SAMPLE';
const HOUR = 3_600_000;

const instant = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toISOString();

interface Wanted { readonly id: string; readonly type: string; readonly at: number; readonly place: string; readonly publishedAt?: number }

const event = ({ id, type, at, place, publishedAt }: Wanted): Record<string, unknown> => ({
  schemaVersion: '1.0', eventId: id, source: 'SAMPLE:waybill', sourceEventCode: type, shipmentId: SAMPLE_SHIPMENT,
  eventType: type, eventClassifier: 'ACTUAL', eventTime: instant(at), publishedTime: instant(publishedAt ?? at + 60_000), location: { unLocode: place },
});

/** NDJSON lines of a sample. Ids carry the hour, so that trying again within it repeats and later starts anew. */
export function samples(name: string, contract: ContractRuntime, now: number): readonly string[] {
  if (contract.descriptor.name !== 'shipment-event') throw new UsageError(`Samples are shipment events; got --contract ${contract.descriptor.name}.`, { todo: `Its own samples stand in contracts/${contract.descriptor.name}/samples/good: waybill put <file> --contract ${contract.descriptor.name}` });
  const hour = Math.floor(now / HOUR) * HOUR;
  const id = (what: string): string => `${what}-${instant(hour)}`;
  const departed = event({ id: id('departed'), type: 'DEPARTED', at: hour - 2 * HOUR, place: 'NLRTM' });
  const json = (events: readonly unknown[]): string[] => events.map((each) => JSON.stringify(each));
  switch (name) {
    case 'good': return json([departed]);
    case 'duplicate': return json([departed, departed]);
    case 'late': return json([departed, event({ id: id('gate-in'), type: 'GATE_IN', at: hour - 72 * HOUR, place: 'NLRTM' })]);
    case 'conflict': return json([departed, { ...departed, eventTime: instant(hour - HOUR), publishedTime: instant(hour) }]);
    case 'retract': return json([
      event({ id: id('lost'), type: 'LOST', at: hour - HOUR, place: 'NLRTM' }),
      { schemaVersion: '1.0', source: 'SAMPLE:waybill', eventId: id('lost-retracted'), operation: 'RETRACT', retractsEventId: id('lost'), shipmentId: SAMPLE_SHIPMENT, publishedTime: instant(hour) },
    ]);
    case 'corrupt': return [
      ...json([{ ...departed, eventId: id('corrupt'), eventTime: '2026-02-30T10:00:00Z', eventClassifier: 'FINAL' }]),
      JSON.stringify(departed).slice(0, 100),
    ];
    default: throw new UsageError(`There is no sample "${name}".`, { todo: `Allowed: ${SAMPLES.join(', ')}. Example: waybill put --sample corrupt` });
  }
}
