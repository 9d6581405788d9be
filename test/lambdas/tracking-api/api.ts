import { createAccess } from '../../../lambdas/_shared/http/caller.ts';
import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { createCountsReader } from '../../../lambdas/tracking-api/counts-reader.ts';
import { createHandler } from '../../../lambdas/tracking-api/create-handler.ts';
import type { TrackingApiPorts } from '../../../lambdas/tracking-api/create-handler.ts';
import { createFreshnessReader } from '../../../lambdas/tracking-api/freshness.ts';
import { listShipments } from '../../../lambdas/tracking-api/shipment-lister.ts';
import { readShipment } from '../../../lambdas/tracking-api/shipment-reader.ts';
import type { FakeAws } from '../track-shipments/fake-aws.ts';
import { HORIZON_MS, LEDGER, NOW, TABLE } from '../track-shipments/tracker.ts';
import { httpEvent } from '../_shared/http/http-event.ts';

export const COUNTS = 'waybill-test-region-counts';
/** Whose shipments a partner may see. */
export const ACCESS = 'waybill-test-api-access';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
}
export type Call = (path: string, options?: { method?: string; id?: string; query?: Readonly<Record<string, string>>; claims?: Readonly<Record<string, unknown>> }) => Promise<Answer>;

/** The API over the fake AWS. */
export function createApi(aws: FakeAws, { now = () => NOW, ports = {}, lines = [] }: { now?: () => number; ports?: Partial<TrackingApiPorts>; lines?: string[] } = {}): Call {
  const handle = createHandler({
    readShipment: (shipmentId, time) => readShipment({ aws, table: TABLE, shipmentId, now: time }),
    listShipments: (question) => listShipments({ aws, table: TABLE, horizonMs: HORIZON_MS }, question),
    readCounts: createCountsReader({ aws, table: COUNTS }),
    readDaily: () => Promise.resolve(null),
    customersOf: createAccess({ aws, table: ACCESS }).customersOf,
    readFreshness: createFreshnessReader({ aws, table: LEDGER, contract: 'shipment-event' }),
    readVehicleFreshness: createFreshnessReader({ aws, table: LEDGER, contract: 'vehicle-position' }),
    log: createLogger({ fields: { function: 'tracking-api' }, write: (line) => void lines.push(line) }),
    now,
    ...ports,
  });
  return async (path, { method = 'GET', id, query, claims } = {}) => {
    const event = httpEvent({ path, method, ...(query !== undefined && { query }), ...(claims !== undefined && { claims }) });
    const answer = await handle({ ...event, ...(id !== undefined && { pathParameters: { id } }) });
    return { status: answer.statusCode, headers: answer.headers, body: (answer.body === '' ? {} : JSON.parse(answer.body)) as Record<string, unknown> };
  };
}
