/** Events as they were told, for those who say what is true: parsed, compared, nothing concluded. */
export interface KnownEvent {
  readonly source: string;
  readonly eventId: string;
  readonly operation?: string;
  readonly retractsEventId?: string;
  readonly correctsEventId?: string;
  readonly eventType?: string;
  readonly eventClassifier?: string;
  readonly eventTime?: string;
  readonly publishedTime?: string;
  readonly location?: { readonly unLocode?: string };
  readonly reason?: { readonly code?: string };
  readonly carrier?: { readonly scac?: string };
  readonly modeOfTransport?: string;
  readonly order?: Readonly<Record<'customerId' | 'serviceLevel' | 'originUnLocode' | 'destinationUnLocode', string>>;
  readonly weightKg?: number;
  readonly shipmentId: string;
}

/** A good event, as far as this world can spoil one; undefined for anything else. */
export function read(data: string | Buffer): KnownEvent | undefined {
  let event: KnownEvent & { readonly schemaVersion?: string };
  try {
    event = JSON.parse(data.toString()) as typeof event;
  } catch {
    return undefined;
  }
  const isStatement = event.operation !== 'RETRACT';
  const isGood =
    typeof event.eventId === 'string' && event.schemaVersion?.startsWith('1.') === true && /^[A-Z][A-Z0-9_]+:./.test(event.source) &&
    (!isStatement || (['PLANNED', 'ESTIMATED', 'ACTUAL'].includes(String(event.eventClassifier)) && isTime(event.eventTime)));
  return isGood ? event : undefined;
}

/** The calendar must have the day: JavaScript reads 30 February as 2 March. */
function isTime(text: string | undefined): boolean {
  if (text === undefined || Number.isNaN(Date.parse(text))) return false;
  return new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().slice(0, 10) === text.slice(0, 10);
}

export const time = (text: string | undefined): number => Date.parse(text ?? '');
export const idOf = (event: KnownEvent): string => `${event.source} ${event.eventId}`;
export const placeOf = (event: KnownEvent): string => event.location?.unLocode ?? '';
export const stepOf = (event: KnownEvent): string => `${event.eventType} ${placeOf(event)}`;

/** A later published statement wins over an earlier one; at the same moment a correction wins. */
const isNewer = (event: KnownEvent, other: KnownEvent): boolean =>
  time(event.publishedTime) !== time(other.publishedTime) ? time(event.publishedTime) > time(other.publishedTime) : event.correctsEventId !== undefined && other.correctsEventId === undefined;

export function newestBy(events: readonly KnownEvent[], keyOf: (event: KnownEvent) => string): KnownEvent[] {
  const newest = new Map<string, KnownEvent>();
  for (const event of events) {
    const other = newest.get(keyOf(event));
    if (other === undefined || isNewer(event, other)) newest.set(keyOf(event), event);
  }
  return [...newest.values()];
}

/** Taken back, or replaced by a correction: within one source, whatever came first. */
export function voidIds(events: readonly KnownEvent[]): Set<string> {
  const targets = events.flatMap((event) => (event.operation === 'RETRACT' ? [[event.source, event.retractsEventId]] : [[event.source, event.correctsEventId]]));
  return new Set(targets.filter(([, target]) => target !== undefined).map(([source, target]) => `${source} ${target}`));
}
