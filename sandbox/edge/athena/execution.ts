/** One query from its start to its end, as it is kept and as the API describes it. */
import type { JsonObject } from '../../json.ts';

export type QueryState = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

export interface Execution {
  readonly id: string;
  readonly query: string;
  readonly parameters: readonly string[];
  readonly workGroup: string;
  readonly database?: string;
  readonly token?: string;
  /** Address of the result; without an ending until the kind of statement is known. */
  output: string;
  state: QueryState;
  reason?: string;
  /** Whose mistake a failure is. */
  byUser?: boolean;
  /** Milliseconds since 1970. */
  readonly submitted: number;
  started?: number;
  completed?: number;
  statement?: string;
  substatement?: string;
  scannedBytes: number;
  engineMs: number;
}

export const isFinal = ({ state }: Execution): boolean => state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED';

const ENGINE = { SelectedEngineVersion: 'Athena engine version 3', EffectiveEngineVersion: 'Athena engine version 3' };

/** The QueryExecution of GetQueryExecution; times are seconds, as JSON 1.1 carries them. */
export function describeExecution(execution: Execution): JsonObject {
  const { id, query, parameters, workGroup, database, output, state, reason, submitted, completed, statement, substatement } = execution;
  return {
    QueryExecutionId: id,
    Query: query,
    StatementType: statement ?? (/^\s*(create|drop|alter)\b/i.test(query) ? 'DDL' : 'DML'),
    ...(substatement === undefined ? {} : { SubstatementType: substatement }),
    ResultConfiguration: { OutputLocation: output },
    ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
    QueryExecutionContext: { ...(database === undefined ? {} : { Database: database }), Catalog: 'awsdatacatalog' },
    Status: {
      State: state,
      SubmissionDateTime: submitted / 1000,
      ...(reason === undefined ? {} : { StateChangeReason: reason }),
      ...(completed === undefined ? {} : { CompletionDateTime: completed / 1000 }),
      ...(state === 'FAILED' ? { AthenaError: athenaError(execution) } : {}),
    },
    Statistics: statistics(execution),
    WorkGroup: workGroup,
    EngineVersion: ENGINE,
    ...(parameters.length === 0 ? {} : { ExecutionParameters: parameters }),
  };
}

function statistics({ submitted, started, completed, scannedBytes, engineMs }: Execution): JsonObject {
  if (started === undefined) return completed === undefined ? {} : { TotalExecutionTimeInMillis: completed - submitted, QueryQueueTimeInMillis: completed - submitted, DataScannedInBytes: 0 };
  const total = completed === undefined ? undefined : completed - submitted;
  return {
    EngineExecutionTimeInMillis: engineMs,
    DataScannedInBytes: scannedBytes,
    QueryQueueTimeInMillis: started - submitted,
    ...(total === undefined ? {} : { TotalExecutionTimeInMillis: total, ServiceProcessingTimeInMillis: Math.max(0, total - engineMs - (started - submitted)) }),
  };
}

/** Categories as in the API reference: 1 the system, 2 the user. */
function athenaError({ reason, byUser }: Execution): JsonObject {
  return { ErrorCategory: byUser === false ? 1 : 2, ErrorType: 1, Retryable: false, ErrorMessage: reason ?? '' };
}
