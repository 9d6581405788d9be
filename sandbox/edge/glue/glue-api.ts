/** Glue's job runs on the wire; jobs themselves are the control plane's. */
import { asObject, isObject, numberOf, textOf } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import { type ControlClient, ControlError } from '../control-client.ts';
import { errorReply } from '../router-errors.ts';
import type { EdgePart, EdgeReply, EdgeRequest } from '../router-part.ts';
import { ConcurrentRunsError } from './glue-runs.ts';
import type { GlueRuns } from './glue-runs.ts';
import { getJob, texts } from './job-definition.ts';
import type { GlueJob } from './job-definition.ts';
import { describeRun } from './job-run.ts';
import type { JobRun, RunWishes } from './job-run.ts';

const MOST_RESULTS = 200;

/** Refused as Glue refuses. */
class GlueError extends Error {
  override readonly name = 'GlueError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface GlueApiSettings {
  readonly control: ControlClient;
  readonly runs: GlueRuns;
  readonly now: () => number;
}

type Operation = (input: JsonObject) => Promise<object> | object;

export function createGlueApi(settings: GlueApiSettings): EdgePart {
  const operations: Readonly<Record<string, Operation>> = {
    StartJobRun: (input) => startJobRun(settings, input),
    GetJobRun: (input) => ({ JobRun: describeRun(runOf(settings, textOf(input['JobName']), textOf(input['RunId'])), settings.now()) }),
    GetJobRuns: (input) => getJobRuns(settings, input),
    BatchStopJobRun: (input) => batchStop(settings, input),
  };
  return {
    name: 'glue runs',
    handles: ({ service, operation }) => service === 'glue' && operation in operations,
    async handle(request) {
      try {
        return reply(await operations[request.operation]?.(asObject(JSON.parse(request.body.toString('utf8')))) ?? {});
      } catch (error) {
        return refusal(request, error);
      }
    },
  };
}

async function startJobRun({ control, runs }: GlueApiSettings, input: JsonObject): Promise<object> {
  const job = await getJob(control, needed(input, 'JobName'));
  if (job.command !== 'glueetl') throw new GlueError('InvalidInputException', `The sandbox runs jobs of type glueetl; ${job.name} is ${job.command === '' ? 'of no type' : job.command}.`);
  const former = textOf(input['JobRunId']);
  const again = former === '' ? undefined : runOf({ runs }, job.name, former);
  return { JobRunId: runs.start(job, { ...wishesOf(job, input), ...(again === undefined ? {} : { arguments: again.arguments }) }).id };
}

function wishesOf(job: GlueJob, input: JsonObject): RunWishes {
  const given = input['Arguments'];
  if (given !== undefined && (!isObject(given) || Object.values(given).some((value) => typeof value !== 'string'))) throw new GlueError('InvalidInputException', 'Arguments: expected a map of strings, for example {"--run": "r1"}.');
  const fixed = Object.keys(texts(given)).filter((name) => name in job.nonOverridableArguments);
  if (fixed.length > 0) throw new GlueError('InvalidInputException', `${fixed.join(', ')}: ${job.name} does not let a run change that.`);
  const timeout = numberOf(input['Timeout'], 0);
  const workers = numberOf(input['NumberOfWorkers'], 0);
  const workerType = textOf(input['WorkerType']);
  return {
    arguments: texts(given),
    ...(timeout > 0 ? { timeoutMinutes: timeout } : {}),
    ...(workers > 0 ? { numberOfWorkers: workers } : {}),
    ...(workerType === '' ? {} : { workerType }),
  };
}

/** Pages by number: a token is how many were given already. */
async function getJobRuns({ control, runs, now }: GlueApiSettings, input: JsonObject): Promise<object> {
  const job = await getJob(control, needed(input, 'JobName'));
  const from = Number(textOf(input['NextToken'], '0'));
  const most = Math.min(MOST_RESULTS, numberOf(input['MaxResults'], MOST_RESULTS));
  const all = runs.of(job.name);
  const until = from + most;
  return { JobRuns: all.slice(from, until).map((run) => describeRun(run, now())), ...(until < all.length ? { NextToken: String(until) } : {}) };
}

function batchStop({ runs }: GlueApiSettings, input: JsonObject): object {
  const jobName = needed(input, 'JobName');
  const ids = Array.isArray(input['JobRunIds']) ? input['JobRunIds'].map((id) => textOf(id)) : [];
  if (ids.length === 0) throw new GlueError('InvalidInputException', 'JobRunIds: expected at least one id.');
  const outcome = ids.map((id) => ({ JobName: jobName, JobRunId: id, error: stopOne(runs, jobName, id) }));
  return {
    SuccessfulSubmissions: outcome.filter(({ error }) => error === undefined).map(({ JobName, JobRunId }) => ({ JobName, JobRunId })),
    Errors: outcome.flatMap(({ error, ...rest }) => (error === undefined ? [] : [{ ...rest, ErrorDetail: error }])),
  };
}

function stopOne(runs: GlueRuns, jobName: string, id: string): object | undefined {
  const run = runs.find(id);
  if (run?.job.name !== jobName) return { ErrorCode: 'EntityNotFoundException', ErrorMessage: `There is no run ${id} of ${jobName}.` };
  return runs.stop(id) ? undefined : { ErrorCode: 'JobRunCannotBeStoppedException', ErrorMessage: `The run has ended already: ${run.state}.` };
}

function runOf({ runs }: Pick<GlueApiSettings, 'runs'>, jobName: string, id: string): JobRun {
  const run = runs.find(id);
  if (run?.job.name !== jobName) throw new GlueError('EntityNotFoundException', `There is no run ${id} of ${jobName}.`);
  return run;
}

function needed(input: JsonObject, field: string): string {
  const value = textOf(input[field]);
  if (value === '') throw new GlueError('InvalidInputException', `${field} is missing.`);
  return value;
}

const reply = (body: object): EdgeReply => ({ status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(body) });

function refusal(request: EdgeRequest, error: unknown): EdgeReply {
  const refused = (code: string, message: string): EdgeReply => errorReply(request, { status: 400, code, message });
  if (error instanceof GlueError) return refused(error.code, error.message);
  if (error instanceof ConcurrentRunsError) return refused(error.name, error.message);
  if (error instanceof ControlError) return refused(error.code, error.message);
  if (error instanceof SyntaxError) return refused('InvalidInputException', `The request is no JSON: ${error.message}`);
  return errorReply(request, { status: 500, code: 'InternalServiceException', message: String(error) });
}
