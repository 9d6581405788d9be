import type { Answer } from './judge-answer.ts';
import type { PostRequest } from './request-of.ts';

export type Post = (request: PostRequest) => Promise<Answer>;

/** Enough to see what a listener had against a notice. */
const SHOWN_CHARACTERS = 200;

/** Follows no redirect: where a notice goes is configured. Rejects when no answer came in time. */
export function createPost({ timeoutMs }: { readonly timeoutMs: number }): Post {
  const once = async ({ url, headers, body }: PostRequest): Promise<Answer> => {
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    const text = await beginningOf(answer);
    const [retryAfter, location] = [answer.headers.get('retry-after'), answer.headers.get('location')];
    return { status: answer.status, text, ...(retryAfter !== null && { retryAfter }), ...(location !== null && { location }) };
  };
  return async (request) => {
    try {
      return await once(request);
    } catch (error) {
      // A function that slept wakes with connections that the other side has closed: a second try opens a new one.
      if (isTimeout(error)) throw error;
      return once(request);
    }
  };
}

/** One line, and no more of the body than is shown: a listener may answer with anything. Its status counts, also when the rest is lost. */
async function beginningOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    while (text.length < SHOWN_CHARACTERS) {
      const { value, done } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
  } catch {
    text += ' (torn)';
  }
  return text.replace(/[^\x21-\x7e]+/g, ' ').trim().slice(0, SHOWN_CHARACTERS);
}

export const isTimeout = (error: unknown): boolean => (error as { name?: string } | undefined)?.name === 'TimeoutError';
