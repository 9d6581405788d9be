/** Where measurements go: the Lambda pool, the proxy and the event sources give, the metric store takes. */

/** Units as CloudWatch names them; only those that the sandbox itself emits. */
export type MetricUnit = 'Count' | 'Bytes' | 'Milliseconds' | 'Seconds' | 'Percent' | 'None';

/** One measurement of one metric, as `PutMetricData` would carry it. */
export interface MetricDatum {
  /** For example `AWS/Lambda`. */
  readonly namespace: string;
  /** For example `Duration`. */
  readonly name: string;
  /** Exactly the dimension set of the metric; `{}` for none. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** When it happened, in milliseconds since 1970. */
  readonly time: number;
  readonly value: number;
  readonly unit: MetricUnit;
}

export interface MetricSink {
  put(datum: MetricDatum): void;
  /** Every line that a function writes to stdout or stderr: lines in embedded metric format become metrics. Must not throw. */
  logLine(functionName: string, line: string): void;
}

/** Takes everything and keeps nothing: for tests and for a sandbox without metrics. */
export const silentSink: MetricSink = { put: () => undefined, logLine: () => undefined };
