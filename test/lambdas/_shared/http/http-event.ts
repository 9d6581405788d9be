import type { HttpApiEvent } from '../../../../lambdas/_shared/http/event.ts';

export interface EventInput {
  readonly path?: string;
  readonly method?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly body?: string;
}

/** Who is signed in when a test says nothing: a person in no group. */
export const VIEWER = { sub: 'user-1', aud: 'client-1', email: 'viewer@waybill.example' } as const;

/** A request as API Gateway hands it over. */
export const httpEvent = ({ path = '/v1/things', method = 'GET', query, headers, claims = VIEWER, body }: EventInput = {}): HttpApiEvent => ({
  rawPath: path,
  ...(query !== undefined && { queryStringParameters: query }),
  ...(headers !== undefined && { headers }),
  ...(body !== undefined && { body }),
  requestContext: { http: { method }, requestId: 'req-1', authorizer: { jwt: { claims } } },
});
