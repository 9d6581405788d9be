/** The parts of API Gateway's HTTP API payload, version 2.0, that we read. */
export interface HttpApiEvent {
  readonly rawPath: string;
  /** `GET /v1/shipments/{id}`: the route that the gateway chose. */
  readonly routeKey?: string;
  /** Decoded; of a parameter that is given twice, the values joined by commas. */
  readonly queryStringParameters?: Readonly<Record<string, string>> | null;
  /** Decoded. */
  readonly pathParameters?: Readonly<Record<string, string>> | null;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly requestContext: {
    readonly http: { readonly method: string };
    readonly requestId?: string;
    /** Claims that the gateway has checked. AWS hands lists over as text: `[operators night-shift]`. */
    readonly authorizer?: { readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> | null } } | null;
  };
}

export interface HttpApiAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** `body` is base64 of bytes, here: of gzip. */
  readonly isBase64Encoded?: boolean;
}
