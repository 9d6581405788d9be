import type { Platform } from './platform.ts';

export interface InvokeAnswer {
  readonly payload: unknown;
  /** What went wrong inside the function, in its own words. */
  readonly error?: string;
}
export type Invoke = (functionName: string, payload: string) => Promise<InvokeAnswer>;

/** Invokes deployed functions and waits for their answer. */
export async function invoker(platform: Platform): Promise<Invoke> {
  const { LambdaClient, InvokeCommand } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient({ ...platform.client, maxAttempts: 5 });
  return async (functionName, payload) => {
    const answer = await client.send(new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(payload) }));
    const text = Buffer.from(answer.Payload ?? []).toString('utf8');
    const parsed: unknown = text === '' ? null : JSON.parse(text);
    if (answer.FunctionError === undefined) return { payload: parsed };
    const message = typeof parsed === 'object' && parsed !== null ? (parsed as { errorMessage?: string }).errorMessage : undefined;
    return { payload: parsed, error: message ?? answer.FunctionError };
  };
}
