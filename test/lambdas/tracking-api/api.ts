import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { createHandler } from '../../../lambdas/tracking-api/create-handler.ts';
import type { TrackingApiPorts } from '../../../lambdas/tracking-api/create-handler.ts';
import { createFreshnessReader } from '../../../lambdas/tracking-api/freshness.ts';
import { readShipment } from '../../../lambdas/tracking-api/shipment-reader.ts';
import type { FakeAws } from '../track-shipments/fake-aws.ts';
import { LEDGER, NOW, TABLE } from '../track-shipments/tracker.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
}
export type Call = (path: string, options?: { method?: string; id?: string }) => Promise<Answer>;

/** The API over the fake AWS. */
export function createApi(aws: FakeAws, { now = () => NOW, ports = {}, lines = [] }: { now?: () => number; ports?: Partial<TrackingApiPorts>; lines?: string[] } = {}): Call {
  const handle = createHandler({
    readShipment: (shipmentId, time) => readShipment({ aws, table: TABLE, shipmentId, now: time }),
    readFreshness: createFreshnessReader({ aws, table: LEDGER, contract: 'shipment-event' }),
    log: createLogger({ fields: { function: 'tracking-api' }, write: (line) => void lines.push(line) }),
    now,
    ...ports,
  });
  return async (path, { method = 'GET', id } = {}) => {
    const answer = await handle({ rawPath: path, ...(id !== undefined && { pathParameters: { id } }), requestContext: { http: { method }, requestId: 'req-1' } });
    return { status: answer.statusCode, headers: answer.headers, body: (answer.body === '' ? {} : JSON.parse(answer.body)) as Record<string, unknown> };
  };
}
