import { admission, EntryPacker, fromContract, joinTransports, packedFactOf, textOf, transportOf } from '../../domain/shipment/index.ts';
import type { ContractShipmentEvent, EventText, PackedEntry, PackedFact, ShipmentEvent, Transport } from '../../domain/shipment/index.ts';

/** A valid event with the moment the stream took it. Only both together decide whether live state may know it. */
export interface ArrivedEvent {
  /** As its contract has it, parsed. */
  readonly event: Readonly<Record<string, unknown>>;
  /** Major version of the contract it was sent by. */
  readonly major: number;
  /** Its times, ms since 1970, as its judge read them; absent: to be read. */
  readonly eventTime?: number | undefined;
  readonly publishedTime?: number | undefined;
  readonly arrivalTime: number;
  readonly sequence: string;
  /** How many records of the same batch stand before it, markers not counted. */
  readonly recordsBefore: number;
}

/** A place in the batch, and in the stream. */
export type Position = Pick<ArrivedEvent, 'sequence' | 'arrivalTime' | 'recordsBefore'>;

/** A free text and when it was published: of two texts of one content the later counts, then the greater. */
export interface TextVersion {
  readonly text: EventText;
  /** What it belongs to. */
  readonly entry: PackedEntry;
  readonly published: number;
  /** Ms since 1970 of the event it belongs to; its life is counted from there. */
  readonly eventTime: number;
}

/** With the name of its content: id hash + content hash. */
export interface NamedText {
  readonly name: string;
  readonly version: TextVersion;
}

/** All that one batch says about one shipment. */
export interface ShipmentChange {
  readonly facts: readonly PackedFact[];
  /** By text name (id hash + content hash). */
  readonly texts: ReadonlyMap<string, TextVersion>;
  /** Ms since 1970 of the latest retraction: the only time that a shipment of nothing but retractions has. */
  readonly retractedTime: number;
  /** The last told; undefined: the batch tells of none. */
  readonly transport?: Transport | undefined;
  /** Where the batch first speaks of the shipment: an answer that holds the checkpoint points here. */
  readonly first: Position;
}

export interface FoldedBatch {
  readonly shipments: ReadonlyMap<string, ShipmentChange>;
  readonly counts: {
    /** Admitted to live state. */
    readonly folded: number;
    /** Older than the horizon at arrival: the lake only. */
    readonly tooOld: number;
    /** Of a wrong clock, or about no shipment: nothing that live state can know. */
    readonly unfit: number;
  };
}

interface Gathered extends ShipmentChange {
  readonly facts: PackedFact[];
  texts: Map<string, TextVersion>;
  retractedTime: number;
  transport?: Transport | undefined;
}

/** Folds valid events by shipment (the contract's entity key). Pure; content never throws. */
export function foldBatch(arrived: Iterable<ArrivedEvent>, { entityKey, horizonMs }: { entityKey: string; horizonMs: number }): FoldedBatch {
  const gathered = new Map<string, Gathered>();
  const packer = new EntryPacker();
  const counts = { folded: 0, tooOld: 0, unfit: 0 };
  for (const record of arrived) {
    const shipmentId = record.event[entityKey];
    const event = isNamed(shipmentId) && isKeyed(record.event) ? fromContract(record.event, record.major, record) : undefined;
    const verdict = event === undefined ? 'CLOCK' : admission(event, { arrivalTime: record.arrivalTime, horizonMs });
    // An event that names no shipment, known by its equipment only, is the lake's.
    if (event === undefined || !isNamed(shipmentId) || verdict === 'CLOCK') counts.unfit += 1;
    else if (verdict === 'TOO_OLD') counts.tooOld += 1;
    else {
      counts.folded += 1;
      const group = groupOf(gathered, shipmentId, record);
      gather(group, packedFactOf(event, packer), { event, arrivalTime: record.arrivalTime });
      // Most events name none: that costs a look.
      const transport = record.event['transport'];
      if (transport !== undefined && event.operation === 'UPSERT') group.transport = joinTransports(group.transport, transportOf(transport, event));
    }
  }
  return { shipments: gathered, counts };
}

/** For the many shipments without a text. */
const NO_TEXTS = new Map<string, TextVersion>();

function groupOf(gathered: Map<string, Gathered>, shipmentId: string, { sequence, arrivalTime, recordsBefore }: ArrivedEvent): Gathered {
  const known = gathered.get(shipmentId);
  if (known !== undefined) return known;
  const group = { facts: [], texts: NO_TEXTS, first: { sequence, arrivalTime, recordsBefore }, retractedTime: 0 };
  gathered.set(shipmentId, group);
  return group;
}

function gather(group: Gathered, fact: PackedFact, { event, arrivalTime }: { event: ShipmentEvent; arrivalTime: number }): void {
  group.facts.push(fact);
  if (event.operation === 'RETRACT') {
    group.retractedTime = Math.max(group.retractedTime, event.publishedTime ?? arrivalTime);
    return;
  }
  const text = textOf(event);
  if (text === undefined || fact.entry === undefined) return;
  const { name } = fact.entry;
  const version = { text, entry: fact.entry, published: event.publishedTime ?? 0, eventTime: event.eventTime };
  const other = group.texts.get(name);
  if (group.texts === NO_TEXTS) group.texts = new Map();
  if (other === undefined || isLaterText(version, other)) group.texts.set(name, version);
}

/** A total order, so that the text that stays does not depend on the order of arrival. */
export function isLaterText(a: Pick<TextVersion, 'text' | 'published'>, b: Pick<TextVersion, 'text' | 'published'>): boolean {
  return a.published === b.published ? JSON.stringify(a.text) > JSON.stringify(b.text) : a.published > b.published;
}

const isNamed = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The contract requires both; this keeps a contract that does not from crashing the function. */
const isKeyed = (event: Readonly<Record<string, unknown>>): event is ContractShipmentEvent & Readonly<Record<string, unknown>> =>
  typeof event['source'] === 'string' && typeof event['eventId'] === 'string';
