/** Requests to the admin routes of edge and control plane. */
import { asObject } from '../json.ts';
import type { JsonObject } from '../json.ts';

export interface AdminRequest {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly timeoutMs?: number;
}

/** The JSON object that the route answers. @throws Error when it does not answer with success in time. */
export async function adminCall(url: string, request: AdminRequest = {}): Promise<JsonObject> {
  const answer = await fetch(url, {
    method: request.method ?? 'GET',
    signal: AbortSignal.timeout(request.timeoutMs ?? 5_000),
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 300)}`);
  return text === '' ? {} : asObject(JSON.parse(text));
}

/** The answer, or undefined when there is none. */
export async function tryAdminCall(url: string, request: AdminRequest = {}): Promise<JsonObject | undefined> {
  try {
    return await adminCall(url, request);
  } catch {
    return undefined;
  }
}
