/** Deploys small functions into a sandbox, straight by the Lambda API. */
import { CreateFunctionCommand, InvokeCommand, type InvokeCommandInput, type LambdaClient, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { zip } from './zip.ts';

export interface SmallFunction {
  readonly name: string;
  /** Source of index.mjs. */
  readonly code: string;
  readonly timeoutSeconds?: number;
  readonly variables?: Readonly<Record<string, string>>;
  readonly logGroup?: string;
}

export async function deploy(client: LambdaClient, { name, code, timeoutSeconds, variables, logGroup }: SmallFunction): Promise<void> {
  await client.send(new CreateFunctionCommand({
    FunctionName: name,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::000000000000:role/test',
    Code: { ZipFile: zip({ 'index.mjs': code }) },
    Timeout: timeoutSeconds ?? 3,
    MemorySize: 256,
    Environment: { Variables: { ...variables } },
    ...(logGroup === undefined ? {} : { LoggingConfig: { LogGroup: logGroup } }),
  }));
}

export async function redeploy(client: LambdaClient, name: string, code: string): Promise<void> {
  await client.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: zip({ 'index.mjs': code }) }));
}

export interface Invoked {
  /** The answer, parsed. */
  readonly value: unknown;
  readonly error: string | undefined;
  readonly log: string;
  readonly version: string | undefined;
  readonly status: number | undefined;
}

export async function invoke(client: LambdaClient, name: string, event: unknown = {}, more: Partial<InvokeCommandInput> = {}): Promise<Invoked> {
  const answer = await client.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), LogType: 'Tail', ...more }));
  const text = answer.Payload?.transformToString() ?? '';
  return {
    value: text === '' ? undefined : JSON.parse(text),
    error: answer.FunctionError,
    log: Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8'),
    version: answer.ExecutedVersion,
    status: answer.StatusCode,
  };
}
