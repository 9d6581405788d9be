/** ResultWriter of a distributed map: the children's results as objects in a bucket, or shaped for the next state. */
import { asObject, textOf } from '../../../json.ts';
import type { ResultWriter } from '../definition/types.ts';
import { StatesError } from '../errors.ts';
import { evaluate, type Evaluator } from '../expressions/evaluate.ts';
import type { ChildResult, ServiceCalls } from '../run/host.ts';
import { orAborted } from '../run/time.ts';

export const WRITER_RESOURCES = ['arn:aws:states:::s3:putObject'];

export interface Results {
  readonly mapRunArn: string;
  readonly machineArn: string;
  readonly children: readonly ChildResult[];
  readonly evaluator: Evaluator;
  readonly calls: ServiceCalls;
  readonly signal: AbortSignal;
}

type Transformation = 'NONE' | 'COMPACT' | 'FLATTEN';

/** Answers the Map state's result: outputs of the children that succeeded, or where they were written. @throws StatesError `States.ResultWriterFailed` */
export async function writeResults(writer: ResultWriter | undefined, results: Results): Promise<unknown> {
  const { Transformation: given } = writer?.WriterConfig ?? {};
  const { children } = results;
  if (writer?.Resource === undefined) return shape(children.filter(succeeded), toTransformation(given, 'COMPACT'), results);
  return write(writer, results);
}

const succeeded = ({ status }: ChildResult): boolean => status === 'SUCCEEDED';
const toTransformation = (given: string | undefined, otherwise: Transformation): Transformation => (given === 'NONE' || given === 'COMPACT' || given === 'FLATTEN' ? given : otherwise);

function shape(children: readonly ChildResult[], transformation: Transformation, { machineArn }: Results): unknown[] {
  if (transformation === 'NONE') return children.map((child) => describe(child, machineArn));
  const outputs = children.map(({ output, error, cause }) => (output === undefined ? { Error: error, Cause: cause } : (JSON.parse(output) as unknown)));
  return transformation === 'FLATTEN' ? outputs.flatMap((output): unknown[] => (Array.isArray(output) ? (output as unknown[]) : [output])) : outputs;
}

function describe({ arn, name, status, startDate, stopDate, input, output, error, cause }: ChildResult, machineArn: string): object {
  const end = { Error: error, Cause: cause, Output: output, OutputDetails: output === undefined ? undefined : { Included: true } };
  const times = { StartDate: new Date(startDate).toISOString(), StopDate: stopDate === undefined ? undefined : new Date(stopDate).toISOString() };
  return { ExecutionArn: arn, Input: input, InputDetails: { Included: true }, Name: name, ...end, StateMachineArn: machineArn, Status: status, ...times };
}

async function write(writer: ResultWriter, results: Results): Promise<object> {
  const { mapRunArn, evaluator, calls, signal, children } = results;
  const target = asObject(await evaluate(writer.Arguments ?? {}, 'ResultWriter/Arguments', evaluator));
  const [bucket, prefix] = [textOf(target['Bucket']), textOf(target['Prefix'])];
  const folder = `${prefix}${prefix === '' || prefix.endsWith('/') ? '' : '/'}${mapRunArn.split(':').at(-1) ?? ''}`;
  const lines = writer.WriterConfig?.OutputType === 'JSONL';
  const put = async (name: string, body: string): Promise<{ Key: string; Size: number }> => {
    const Key = `${folder}/${name}`;
    await orAborted(calls.call('s3', 'PutObject', { Bucket: bucket, Key, Body: body }), signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new StatesError('States.ResultWriterFailed', error instanceof Error ? error.message : String(error));
    });
    return { Key, Size: Buffer.byteLength(body) };
  };

  const transformation = toTransformation(writer.WriterConfig?.Transformation, 'NONE');
  const files: Record<'FAILED' | 'PENDING' | 'SUCCEEDED', object[]> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
  for (const kind of ['SUCCEEDED', 'FAILED'] as const) {
    const chosen = children.filter((child) => succeeded(child) === (kind === 'SUCCEEDED'));
    if (chosen.length === 0) continue;
    const values = shape(chosen, transformation, results);
    const body = lines ? values.map((value) => `${JSON.stringify(value)}\n`).join('') : JSON.stringify(values);
    files[kind].push(await put(`${kind}_0.${lines ? 'jsonl' : 'json'}`, body));
  }
  const manifest = await put('manifest.json', JSON.stringify({ DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles: files }));
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket: bucket, Key: manifest.Key } };
}
