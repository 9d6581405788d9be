import { json, PROBLEM_TYPES, RefusedRequest } from '../../../../lambdas/_shared/http/answer.ts';
import type { HttpApiAnswer, HttpApiEvent } from '../../../../lambdas/_shared/http/event.ts';
import { serve } from '../../../../lambdas/_shared/http/serve.ts';
import { createLogger } from '../../../../lambdas/_shared/logger.ts';
import { throttled } from '../../track-shipments/fake-aws.ts';
import { httpEvent } from './http-event.ts';

function server(error?: Error): { ask: (event: HttpApiEvent) => Promise<HttpApiAnswer>; lines: string[] } {
  const lines: string[] = [];
  const ask = serve({
    routes: [
      { method: 'GET', path: '/v1/things', handle: () => (error === undefined ? Promise.resolve(json(200, { things: [] })) : Promise.reject(error)) },
      { method: 'GET', path: '/v1/things/{id}', handle: ({ path, caller }) => Promise.resolve(json(200, { id: path['id'], role: caller.role })) },
      { method: 'POST', path: '/v1/things/{id}/close', handle: ({ path }) => Promise.resolve(json(200, { closed: path['id'] })) },
    ],
    log: createLogger({ fields: {}, write: (line) => void lines.push(line) }),
    problemFor: (caught) => (caught instanceof RangeError ? json(503, { own: true }) : undefined),
  });
  return { ask, lines };
}
const bodyOf = ({ body }: HttpApiAnswer): unknown => JSON.parse(body);

describe('a function behind the API', () => {
  it('finds the route by the path, or by what the gateway chose', async () => {
    const { ask } = server();
    expect(bodyOf(await ask(httpEvent({ path: '/v1/things/' })))).toEqual({ things: [] });
    expect(bodyOf(await ask(httpEvent({ path: '/v1/things/a%7Cb%20c' })))).toEqual({ id: 'a|b c', role: 'viewer' });
    expect(bodyOf(await ask({ ...httpEvent({ path: '/v1/things/a/b/close', method: 'POST' }), routeKey: 'POST /v1/things/{id}/close', pathParameters: { id: 'a/b' } }))).toEqual({ closed: 'a/b' });
  });

  it('knows no other path and no other method', async () => {
    const { ask } = server();
    expect(await ask(httpEvent({ path: '/v2/things' }))).toMatchObject({ statusCode: 404, headers: { 'content-type': 'application/problem+json' } });
    expect(await ask(httpEvent({ path: '/v1/things/a/close' }))).toMatchObject({ statusCode: 405, headers: { allow: 'POST' } });
    expect(await ask(httpEvent({ method: 'DELETE' }))).toMatchObject({ statusCode: 405, headers: { allow: 'GET' } });
  });

  it.each([
    ['a store that does not answer', throttled('Query'), 503, PROBLEM_TYPES.unavailable],
    ['a defect', new Error('secret detail'), 500, PROBLEM_TYPES.internal],
  ])('turns %s into a problem, and tells only the log why', async (_, error, status, type) => {
    const { ask, lines } = server(error);
    const answer = await ask(httpEvent());
    expect([answer.statusCode, (bodyOf(answer) as { type: string }).type]).toEqual([status, type]);
    expect(answer.body).not.toContain(error.message);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: 'request failed', requestId: 'req-1', path: '/v1/things' });
  });

  it('lets a route refuse, which is no failure of ours, and an API say more', async () => {
    const refusing = server(new RefusedRequest({ type: PROBLEM_TYPES.conflict, title: 'No', status: 409, detail: 'Not now.' }));
    expect((await refusing.ask(httpEvent())).statusCode).toBe(409);
    expect(refusing.lines).toEqual([]);
    expect(bodyOf(await server(new RangeError('x')).ask(httpEvent()))).toEqual({ own: true });
  });
});
