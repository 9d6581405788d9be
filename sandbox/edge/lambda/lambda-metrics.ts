/** The metrics that Lambda itself publishes about a function, dimension FunctionName (Lambda Developer Guide, "Types of metrics"). */
import type { MetricSink, MetricUnit } from '../metric-sink.ts';

export interface LambdaMetrics {
  started(functionName: string, concurrent: number): void;
  ended(functionName: string, ended: { failed: boolean; durationMs: number }): void;
  throttled(functionName: string): void;
}

export function createLambdaMetrics(sink: MetricSink, now: () => number = Date.now): LambdaMetrics {
  const put = (functionName: string, name: string, value: number, unit: MetricUnit = 'Count'): void =>
    sink.put({ namespace: 'AWS/Lambda', name, dimensions: { FunctionName: functionName }, time: now(), value, unit });

  return {
    started: (name, concurrent) => put(name, 'ConcurrentExecutions', concurrent),
    ended(name, { failed, durationMs }) {
      put(name, 'Invocations', 1);
      put(name, 'Errors', failed ? 1 : 0);
      put(name, 'Duration', durationMs, 'Milliseconds');
      put(name, 'Throttles', 0);
    },
    throttled: (name) => put(name, 'Throttles', 1),
  };
}
