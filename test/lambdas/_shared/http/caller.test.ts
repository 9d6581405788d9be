import { accessPartition, ACCESS_CACHE_MS, callerOf, createAccess, requireOperator } from '../../../../lambdas/_shared/http/caller.ts';
import type { Caller } from '../../../../lambdas/_shared/http/caller.ts';
import { RefusedRequest } from '../../../../lambdas/_shared/http/answer.ts';
import { S } from '../../../../lambdas/_shared/marshall.ts';
import { createFakeAws, throttled } from '../../track-shipments/fake-aws.ts';
import { httpEvent, VIEWER } from './http-event.ts';

const caller = (claims: Readonly<Record<string, unknown>>): Caller => callerOf(httpEvent({ claims }));

describe('who asks', () => {
  it.each([
    ['nobody in a group', { ...VIEWER }, 'viewer'],
    ['an operator, groups as a list', { ...VIEWER, 'cognito:groups': ['operators'] }, 'operator'],
    ['an operator, groups as API Gateway writes lists', { ...VIEWER, 'cognito:groups': '[night-shift operators]' }, 'operator'],
    ['an operator of another issuer', { sub: 'u', azp: 'c', groups: ['operators'] }, 'operator'],
    ['a partner', { ...VIEWER, 'cognito:groups': '[partners]' }, 'partner'],
    ['both: the narrower right counts', { ...VIEWER, 'cognito:groups': '[operators partners]' }, 'partner'],
    ['a group that only begins like one', { ...VIEWER, 'cognito:groups': '[operators-of-old]' }, 'viewer'],
    ['a program that signs in as itself', { sub: 'client-9', client_id: 'client-9', scope: 'api/read' }, 'partner'],
    ['a token without a subject', {}, 'partner'],
  ])('%s', (_, claims, role) => {
    expect(caller(claims).role).toBe(role);
  });

  it('has a subject to look rights up by and a name to show', () => {
    expect(caller({ ...VIEWER })).toEqual({ subject: 'user-1', clientId: 'client-1', name: 'viewer@waybill.example', role: 'viewer' });
    expect(caller({ client_id: 'client-9' })).toMatchObject({ subject: 'client-9', name: 'client-9' });
  });

  it('must be an operator to act', () => {
    expect(() => requireOperator(caller({ ...VIEWER, 'cognito:groups': '[operators]' }))).not.toThrow();
    for (const groups of ['[]', '[partners]']) expect(() => requireOperator(caller({ ...VIEWER, 'cognito:groups': groups }))).toThrow(RefusedRequest);
  });
});

describe('what a partner may see', () => {
  const partner = caller({ ...VIEWER, 'cognito:groups': '[partners]' });

  function world(): { aws: ReturnType<typeof createFakeAws>; customersOf: (who: Caller, now: number) => Promise<ReadonlySet<string> | undefined> } {
    const aws = createFakeAws();
    aws.put('access', { pk: S(accessPartition('user-1')), sk: S('customer#C1') });
    aws.put('access', { pk: S(accessPartition('user-1')), sk: S('customer#C#2') });
    aws.put('access', { pk: S(accessPartition('user-10')), sk: S('customer#C3') });
    return { aws, customersOf: createAccess({ aws, table: 'access' }).customersOf };
  }

  it('is what its own rows name; everyone else sees all', async () => {
    const { aws, customersOf } = world();
    aws.pageSize = 1;
    expect(await customersOf(partner, 0)).toEqual(new Set(['C1', 'C#2']));
    expect(await customersOf({ ...partner, subject: 'user-77' }, 0)).toEqual(new Set());
    expect(await customersOf({ ...partner, role: 'viewer' }, 0)).toBeUndefined();
  });

  it('follows the table within half a minute, and a failure is not remembered', async () => {
    const { aws, customersOf } = world();
    await customersOf(partner, 0);
    aws.remove('access', { pk: accessPartition('user-1'), sk: 'customer#C1' });
    expect((await customersOf(partner, ACCESS_CACHE_MS - 1))?.size).toBe(2);
    expect((await customersOf(partner, ACCESS_CACHE_MS))?.size).toBe(1);
    aws.hooks = { before: ({ operation }) => { throw throttled(operation); } };
    await expect(customersOf(partner, 3 * ACCESS_CACHE_MS)).rejects.toThrow('slow down');
    aws.hooks = {};
    expect((await customersOf(partner, 3 * ACCESS_CACHE_MS))?.size).toBe(1);
  });
});
