/** The page of one shipment, as text: the answer of GET /v1/shipments/{id} in words (docs/api/openapi.json). */
import type { Io } from '../output/io.ts';
import { count, paint, table } from '../output/style.ts';
import { dayAndMinute, duration, timeOfDay } from '../output/times.ts';

interface Milestone { readonly type: string; readonly place: string | null; readonly planned: string | null; readonly estimated: string | null; readonly actual: string | null; readonly source: string | null }
interface Entry {
  readonly type: string; readonly classifier: string; readonly place: string | null; readonly source: string; readonly eventTime: string; readonly publishedTime: string | null;
  readonly standing: string; readonly conflict: boolean; readonly correction: boolean; readonly entryId: string;
}

/** The members of the answer that the page shows. */
export interface Shipment {
  readonly shipmentId: string; readonly status: string; readonly statusSince: string | null; readonly delayMinutes: number; readonly flags: readonly string[];
  readonly next: { readonly type: string; readonly place: string | null } | null; readonly eta: { readonly time: string; readonly basis: string } | null;
  readonly lastPlace: string | null; readonly destination: string | null;
  readonly order: { readonly customerId: string | null; readonly serviceLevel: string | null; readonly origin: string | null; readonly destination: string | null } | null;
  readonly milestones: readonly Milestone[]; readonly timeline: readonly Entry[]; readonly conflicts: number;
  readonly as_of: string; readonly freshness: { readonly behindStreamSeconds: number | null };
}

export interface PageOptions { readonly conflicts: boolean; readonly zone?: string | undefined }

export function shipmentPage(io: Io, shipment: Shipment, options: PageOptions): string {
  const body = options.conflicts ? conflictRows(shipment, options.zone) : milestoneRows(shipment, options.zone);
  return [headline(io, shipment), statusLine(io, shipment, options.zone), '\n', body, options.conflicts ? '' : conflictNote(shipment), asOf(shipment, options.zone)].join('');
}

function headline(io: Io, { shipmentId, order, destination, timeline }: Shipment): string {
  const [from, to] = [order?.origin, destination ?? order?.destination];
  const road = from === null || from === undefined || to === null || to === undefined ? to ?? '' : `${from} → ${to}`;
  const sources = [...new Set(timeline.map((each) => each.source))];
  const parts = [road, sources.length === 0 ? '' : `from ${sources.slice(0, 3).join(', ')}`, order?.serviceLevel === null || order?.serviceLevel === undefined ? '' : `service ${order.serviceLevel}`];
  return `${paint(io, 'bold', shipmentId)}   ${parts.filter((each) => each !== '').join('   ')}\n`;
}

function statusLine(io: Io, shipment: Shipment, zone: string | undefined): string {
  const { status, statusSince, delayMinutes, next } = shipment;
  const since = statusSince === null ? '' : `  since ${dayAndMinute(Date.parse(statusSince), zone)}`;
  const what = next ?? shipment.milestones.at(-1);
  const late = delayMinutes <= 0 || what === undefined ? '' : `  ${paint(io, 'yellow', `delayed ${duration(delayMinutes * 60_000)}`)} (${what.type}${planWords(shipment, what, zone)})`;
  const flags = shipment.flags.filter((flag) => flag !== 'DELAYED').join(', ');
  return `${paint(io, 'bold', status)}${since}${late}${flags === '' ? '' : `  ${flags}`}\n`;
}

function planWords(shipment: Shipment, what: { type: string; place: string | null }, zone: string | undefined): string {
  const milestone = shipment.milestones.find((each) => each.type === what.type && each.place === what.place);
  const words = (['planned', 'estimated', 'actual'] as const).flatMap((kind) => {
    const at = milestone?.[kind];
    return at === undefined || at === null ? [] : [`${kind} ${dayAndMinute(Date.parse(at), zone)}`];
  });
  return words.length === 0 ? '' : ` ${words.join(', ')}`;
}

function milestoneRows({ milestones }: Shipment, zone: string | undefined): string {
  const time = (at: string | null): string => (at === null ? '' : dayAndMinute(Date.parse(at), zone));
  const rows = milestones.map((each) => [each.type, each.place ?? '', time(each.planned), time(each.estimated), time(each.actual), each.actual === null ? '' : each.source ?? '']);
  return table([['milestone', 'place', 'planned', 'estimated', 'actual', 'source'], ...rows], '  ');
}

const STANDING: Readonly<Record<string, string>> = {
  COUNTS: 'counts', RETRACTED: 'taken back', OUTVOTED: 'a later published version counts', NEUTRAL: 'about empty equipment', AHEAD: 'lies ahead',
};

function conflictRows({ timeline }: Shipment, zone: string | undefined): string {
  const rows = timeline.filter((each) => each.conflict || each.standing !== 'COUNTS' || each.correction)
    .map((each) => [each.type, each.place ?? '', each.classifier.toLowerCase(), dayAndMinute(Date.parse(each.eventTime), zone), each.publishedTime === null ? 'not stated' : dayAndMinute(Date.parse(each.publishedTime), zone), each.source, STANDING[each.standing] ?? each.standing]);
  if (rows.length === 0) return '  No conflicts, corrections or retractions.\n';
  return table([['event', 'place', 'kind', 'event time', 'published', 'source', 'standing'], ...rows], '  ');
}

function conflictNote({ conflicts, shipmentId }: Shipment): string {
  return conflicts === 0 ? '' : `  ${count(conflicts, 'conflict')}: one event came with different contents; the later published one counts (waybill track ${shipmentId} --conflicts)\n`;
}

function asOf({ as_of, freshness }: Shipment, zone: string | undefined): string {
  const behind = freshness.behindStreamSeconds;
  return `  as of ${timeOfDay(Date.parse(as_of), zone)}${behind === null ? '' : `, ${duration(behind * 1000)} behind the stream`}\n`;
}
