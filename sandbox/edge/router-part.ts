/** What a part of the edge that serves AWS operations itself looks like (Lambda invokes, metrics and alarms). */
import type { IncomingHttpHeaders } from 'node:http';

/** How a service writes its answers and errors. */
export type WireProtocol = 'json' | 'rest-json' | 'rest-xml' | 'query';

/** Who asks for what: found from the credential scope, the target header, path and body. */
export interface CallIdentity {
  /** Signing name of the service (`s3`, `kinesis`, `monitoring`, …); `unknown` when nothing tells. */
  readonly service: string;
  /** AWS's name of the operation (`PutObject`, `PutRecords`, …); `unknown` when nothing tells. */
  readonly operation: string;
  /** What it is about: `bucket/key`, table, stream, function, queue, topic, stack; empty when it names nothing. */
  readonly resource: string;
  /** Name of the deployed function that asks, `job <name>` for a Glue job, or `user`. */
  readonly caller: string;
  /** Which worker of that function asks; empty for users. */
  readonly worker: string;
  /** 1 for the first try, 2 and more for the SDK's own retries. */
  readonly attempt: number;
  readonly protocol: WireProtocol;
}

export interface EdgeRequest extends CallIdentity {
  readonly method: string;
  /** Path with query, as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface EdgeReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

export interface EdgePart {
  /** For status pages. */
  readonly name: string;
  /** True when this part serves the operation instead of the control plane. */
  handles(request: EdgeRequest): boolean;
  /** Errors of the caller are replies in the service's own shape; an exception becomes a 500. */
  handle(request: EdgeRequest): Promise<EdgeReply>;
}

/** What every part that keeps state or runs in the background offers to the composition and to the admin pages. */
export interface BackgroundPart {
  readonly name: string;
  /** Plain JSON for GET /_waybill/status. */
  status(): unknown;
  /** Writes what must survive a stop to disk. */
  flush(): Promise<void>;
  /** Ends loops and timers; called after the listener is closed. */
  stop(): Promise<void>;
}
