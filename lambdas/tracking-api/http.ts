/** The parts of API Gateway's HTTP API payload, version 2.0, that we read. */
export interface HttpApiEvent {
  readonly rawPath: string;
  /** Decoded. */
  readonly pathParameters?: { readonly id?: string };
  readonly requestContext: { readonly http: { readonly method: string }; readonly requestId?: string };
}

export interface HttpApiAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Live state changes by the second: nobody may keep an answer. */
const HEADERS = { 'cache-control': 'no-store' } as const;

export const json = (statusCode: number, body: object): HttpApiAnswer => ({
  statusCode,
  headers: { ...HEADERS, 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** RFC 9457. `type` names the kind of problem for programs, `title` for people, `detail` says what to do next. */
export interface Problem {
  readonly type: ProblemType;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

export const PROBLEM_TYPES = {
  badShipmentId: 'urn:waybill:problem:bad-shipment-id',
  shipmentNotFound: 'urn:waybill:problem:shipment-not-found',
  noSuchPath: 'urn:waybill:problem:no-such-path',
  methodNotAllowed: 'urn:waybill:problem:method-not-allowed',
  unavailable: 'urn:waybill:problem:unavailable',
  newerFormat: 'urn:waybill:problem:newer-format',
  internal: 'urn:waybill:problem:internal',
} as const;
export type ProblemType = (typeof PROBLEM_TYPES)[keyof typeof PROBLEM_TYPES];

export const problem = (content: Problem, headers: Readonly<Record<string, string>> = {}): HttpApiAnswer => ({
  statusCode: content.status,
  headers: { ...HEADERS, 'content-type': 'application/problem+json', ...headers },
  body: JSON.stringify(content),
});
