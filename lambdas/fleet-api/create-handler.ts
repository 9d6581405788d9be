import type { VehicleDetail, VehicleList } from '../../contracts/api/answers.ts';
import { AwsError } from '../_shared/aws/aws-error.ts';
import { json, PROBLEM_TYPES, RefusedRequest } from '../_shared/http/answer.ts';
import type { Access, Caller } from '../_shared/http/caller.ts';
import type { HttpApiAnswer, HttpApiEvent } from '../_shared/http/event.ts';
import { readQuery } from '../_shared/http/query.ts';
import { serve } from '../_shared/http/serve.ts';
import type { HttpRequest } from '../_shared/http/serve.ts';
import { describeError } from '../_shared/logger.ts';
import type { Logger } from '../_shared/logger.ts';
import { cellBodies, instant, vehicleBody } from './bodies.ts';
import type { CellMemory, CountCells, CountedCells } from './cell-memory.ts';
import type { Fleet } from './fleet.ts';
import type { FleetHolder } from './fleet-holder.ts';
import { shipmentIdsAboard } from './held-page.ts';
import { FLEET_ROUTES } from './names.ts';
import type { PartnerShipments } from './partner-shipments.ts';
import { findVehicles, isWholeFleet, LIST_PARAMETERS, placeOf } from './question.ts';
import type { Place } from './question.ts';
import type { TrailPoint } from './trail-reader.ts';

export interface FleetApiPorts {
  readonly holder: FleetHolder;
  readonly cellMemory: CellMemory;
  readonly readTrail: (question: { readonly vehicleId: string; readonly partitions: readonly string[]; readonly now: number }) => Promise<readonly TrailPoint[]>;
  readonly customersOf: Access['customersOf'];
  readonly partnerShipments: PartnerShipments;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly silentAfterMs: number;
}

/** Single vehicles in one answer; more are counted by cell. */
export const MOST_VEHICLES = 5_000;

/** Answers every request, errors as RFC 9457 problems. */
export function createHandler(ports: FleetApiPorts): (event: HttpApiEvent) => Promise<HttpApiAnswer> {
  return serve({
    routes: [
      { method: 'GET', path: FLEET_ROUTES.vehicles, handle: (request) => answerList(request, ports) },
      { method: 'GET', path: FLEET_ROUTES.vehicle, handle: (request) => answerVehicle(request, ports) },
    ],
    log: ports.log,
  });
}

/** What a partner may see: vehicles by number, and shipments. Both undefined: all. */
interface Sight {
  readonly visible: ReadonlySet<number> | undefined;
  readonly mayKnow: ReadonlySet<string> | undefined;
}

async function sightOf(caller: Caller, fleet: Fleet, { customersOf, partnerShipments, now }: FleetApiPorts): Promise<Sight> {
  const customers = await customersOf(caller, now());
  if (customers === undefined) return { visible: undefined, mayKnow: undefined };
  const mayKnow = await partnerShipments.of(customers, now());
  return { mayKnow, visible: fleet.carrying(mayKnow) };
}

async function answerList({ event, caller }: HttpRequest, ports: FleetApiPorts): Promise<HttpApiAnswer> {
  const asked = readQuery(event, LIST_PARAMETERS);
  const place = placeOf(asked);
  const { fleet, source } = await ports.holder.get();
  const { visible, mayKnow } = await sightOf(caller, fleet, ports);
  const clock = { now: ports.now(), silentAfterMs: ports.silentAfterMs };
  const byCell = asked.group === 'cell';
  const head = { as_of: instant(fleet.asOf), source };
  const isWhole = isWholeFleet(place);
  const isEverybodys = visible === undefined && (isWhole || asked.region !== undefined);
  if (isEverybodys && (byCell || (isWhole && fleet.vehicles.length > MOST_VEHICLES))) {
    return everybodys(await ports.cellMemory.get(fleet, `${asked.region ?? ''} ${place.resolution}`, countIn(place, ports)), head);
  }
  const found = findVehicles(fleet, place, { most: Infinity, visible });
  if (byCell || found.count > MOST_VEHICLES) {
    const cells = await cellBodies(fleet, found.numbers, { wished: place.resolution, clock, mayKnow });
    return json(200, { ...head, vehicles: [], count: found.count, ...cells } satisfies VehicleList);
  }
  const vehicles = found.numbers.flatMap((number) => fleet.vehicles[number] ?? []).map((vehicle) => vehicleBody(vehicle, clock, mayKnow));
  return json(200, { ...head, count: found.count, vehicles, cells: [], resolution: null } satisfies VehicleList);
}

const answered = new WeakMap<CountedCells, { readonly source: string; readonly answer: HttpApiAnswer }>();

/** One answer for all who ask while the count holds: it is written, tagged and zipped once. */
function everybodys(cells: CountedCells, head: Pick<VehicleList, 'as_of' | 'source'>): HttpApiAnswer {
  const known = answered.get(cells);
  if (known?.source === head.source) return known.answer;
  const answer = json(200, { ...head, vehicles: [], ...cells } satisfies VehicleList);
  answered.set(cells, { source: head.source, answer });
  return answer;
}

/** For whoever may see everything. */
const countIn = (place: Place, { now, silentAfterMs }: FleetApiPorts): CountCells => async (fleet, breathe) => {
  const { count, numbers } = findVehicles(fleet, place, { most: Infinity, visible: undefined });
  return { count, ...(await cellBodies(fleet, numbers, { wished: place.resolution, clock: { now: now(), silentAfterMs }, mayKnow: undefined, breathe })) };
};

const ID_MAXIMUM = 64;

async function answerVehicle({ path, caller }: HttpRequest, ports: FleetApiPorts): Promise<HttpApiAnswer> {
  const vehicleId = path['id'] ?? '';
  if (vehicleId.length < 1 || vehicleId.length > ID_MAXIMUM) {
    throw new RefusedRequest({ type: PROBLEM_TYPES.badRequest, title: 'Not a vehicle id', status: 400, detail: `A vehicle id has 1 to ${ID_MAXIMUM} characters and is percent-encoded UTF-8, for example TRK-0412.` });
  }
  const { fleet, source } = await ports.holder.get();
  const { mayKnow } = await sightOf(caller, fleet, ports);
  const vehicle = fleet.vehicles[fleet.byId.get(vehicleId) ?? -1];
  // Of a vehicle that carries nothing of theirs a partner hears no more than of one that is not there.
  if (vehicle === undefined || (mayKnow !== undefined && !shipmentIdsAboard(vehicle).some((shipment) => mayKnow.has(shipment)))) {
    throw new RefusedRequest({ type: PROBLEM_TYPES.vehicleNotFound, title: 'Vehicle not found', status: 404, detail: 'No position of such a vehicle is live. Either none came in the last days (the lake keeps all), or the id is misspelt.' });
  }
  const now = ports.now();
  const { trail, read } = await trailOrNone({ vehicleId, partitions: fleet.pagesOf(vehicleId), now }, ports);
  const answer: VehicleDetail = {
    as_of: instant(fleet.asOf),
    source: read ? source : 'snapshot',
    vehicle: vehicleBody(vehicle, { now, silentAfterMs: ports.silentAfterMs }, mayKnow),
    trail: trail.map(({ eventTime, ...point }) => ({ ...point, eventTime: instant(eventTime) })),
  };
  return json(200, answer);
}

/** The place is in memory; that its trail cannot be read must not hide it. */
async function trailOrNone(question: Parameters<FleetApiPorts['readTrail']>[0], { readTrail, log }: FleetApiPorts): Promise<{ trail: readonly TrailPoint[]; read: boolean }> {
  try {
    return { trail: await readTrail(question), read: true };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    log.error('trail could not be read; the answer is without it', describeError(error));
    return { trail: [], read: false };
  }
}
