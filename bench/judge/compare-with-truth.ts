/** Shipments as the tracking API tells them against the simulator's own truth. */
import { trackingApi } from '../../cli/platform/api.ts';
import type { Platform } from '../../cli/platform/platform.ts';
import type { ShipmentTruth, Truth } from '../../simulator/index.ts';

interface Told {
  readonly status: string;
  readonly conflicts: number;
  readonly milestones: readonly { readonly type: string; readonly place: string; readonly planned: string | null; readonly estimated: string | null; readonly actual: string | null }[];
}

interface ShipmentAnswer extends Omit<Told, 'milestones'> {
  readonly milestones: readonly (Omit<Told['milestones'][number], 'place'> & { readonly place: string | null })[];
}

export interface Comparison {
  readonly shipments: number;
  readonly wrong: readonly { readonly id: string; readonly got: unknown; readonly want: unknown }[];
}

/** Calls to the API that are under way at a time. */
const WIDTH = 16;

export async function compareWithTruth(platform: Platform, truth: Truth): Promise<Comparison> {
  const api = await trackingApi(platform, {});
  const ids = truth.shipmentIds();
  const wrong: { id: string; got: unknown; want: unknown }[] = [];
  for (let at = 0; at < ids.length; at += WIDTH) {
    await Promise.all(ids.slice(at, at + WIDTH).map(async (id) => {
      const expected = truth.shipment(id, Date.now());
      const answer = await api(`/v1/shipments/${id}`);
      const got = answer.status === 200 ? fromAnswer(answer.body as ShipmentAnswer) : answer;
      const want = expected === undefined ? undefined : fromTruth(expected);
      if (JSON.stringify(got) !== JSON.stringify(want)) wrong.push({ id, got, want });
    }));
  }
  return { shipments: ids.length, wrong };
}

const instant = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());
const byTypeAndPlace = (a: { type: string; place: string }, b: { type: string; place: string }): number => (`${a.type} ${a.place}` < `${b.type} ${b.place}` ? -1 : 1);

const fromTruth = (truth: ShipmentTruth): Told => ({
  status: truth.status,
  conflicts: truth.conflicts.length,
  milestones: truth.milestones.map(({ type, place, planned, estimated, actual }) => ({ type, place, planned: instant(planned), estimated: instant(estimated), actual: instant(actual) })).sort(byTypeAndPlace),
});

const fromAnswer = (answer: ShipmentAnswer): Told => ({
  status: answer.status,
  conflicts: answer.conflicts,
  milestones: answer.milestones.map(({ type, place, planned, estimated, actual }) => ({ type, place: place ?? '', planned, estimated, actual })).sort(byTypeAndPlace),
});
