/** Free texts of an event: kept beside the state and written once, so that they never make the state item grow. */
import type { ContractShipmentEvent, ShipmentEvent } from './event.ts';
import { readList, readObject, readText } from './reading.ts';

export interface EventText {
  /** The sender's own code, e.g. `AT7:X6`. */
  readonly rawCode?: string;
  readonly reasonRaw?: string;
  readonly reasonText?: string;
  readonly placeName?: string;
  readonly references?: readonly EventReference[];
}

export interface EventReference {
  readonly type: string;
  readonly value: string;
}

/** Characters of one text, and references of one event, that are kept; the lake has the rest. */
export const TEXT_LIMITS = { characters: 1000, references: 50 } as const;

/** Events that bring a shipment into being: with them its references are kept; carriers repeat those on every later event. */
const INTRODUCES: ReadonlySet<unknown> = new Set(['CREATED', 'BOOKED']);

/**
 * The texts to keep with an event; undefined when it has none. The raw code alone is none (each event has one, the lake
 * keeps it), nor is the name of a place that a UN/LOCODE already names, nor are references on any but a shipment's first
 * events: as a text of its own each event would cost a second write. All come along when something else is kept.
 */
export const textOf = (event: ShipmentEvent): EventText | undefined => (event.operation === 'UPSERT' ? event.text : undefined);

export function textFromContract(event: ContractShipmentEvent): EventText | undefined {
  const location = readObject(event.location);
  const isPlaceNamedByCode = readText(location.unLocode) !== undefined;
  // Most events: nothing to look at.
  if (event.reason === undefined && isPlaceNamedByCode && !INTRODUCES.has(event.eventType)) return undefined;
  const reason = readObject(event.reason);
  const reasonRaw = shortText(reason.raw);
  const reasonText = shortText(reason.text);
  const placeName = (): string | undefined => shortText(location.name) ?? shortText(location.city);
  const references = referencesOf(event.references);
  const areReferencesNew = INTRODUCES.has(event.eventType) && references.length > 0;
  const isFreeText = reasonRaw !== undefined || reasonText !== undefined || areReferencesNew || (!isPlaceNamedByCode && placeName() !== undefined);
  if (!isFreeText) return undefined;
  return withoutAbsent({ rawCode: shortText(event.sourceEventCode), reasonRaw, reasonText, placeName: placeName(), references: references.length > 0 ? references : undefined });
}

type WithAbsent<Text> = { readonly [Key in keyof Text]: Text[Key] | undefined };

/** In this order of names: two texts are compared as JSON. */
function withoutAbsent({ rawCode, reasonRaw, reasonText, placeName, references }: WithAbsent<Required<EventText>>): EventText {
  return {
    ...(rawCode !== undefined && { rawCode }),
    ...(reasonRaw !== undefined && { reasonRaw }),
    ...(reasonText !== undefined && { reasonText }),
    ...(placeName !== undefined && { placeName }),
    ...(references !== undefined && { references }),
  };
}

function shortText(value: unknown): string | undefined {
  const text = readText(value);
  // What is cut may end in the middle of a character.
  return text === undefined || text.length <= TEXT_LIMITS.characters ? text : text.slice(0, TEXT_LIMITS.characters).toWellFormed();
}

function referencesOf(value: unknown): readonly EventReference[] {
  const references: EventReference[] = [];
  for (const item of readList(value).slice(0, TEXT_LIMITS.references)) {
    const reference = readObject(item);
    const type = shortText(reference.type);
    const text = shortText(reference.value);
    if (type !== undefined && text !== undefined) references.push({ type, value: text });
  }
  return references;
}
