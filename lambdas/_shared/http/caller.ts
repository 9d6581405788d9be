import type { SignInGroup } from '../../../contracts/platform-names.ts';
import type { AwsClient } from '../aws/client.ts';
import { queryAll } from '../aws/pages.ts';
import { stringOf } from '../marshall.ts';
import { PROBLEM_TYPES, RefusedRequest } from './answer.ts';
import type { HttpApiEvent } from './event.ts';

/** Groups of the user pool (or the claim `groups` of another issuer) that make somebody more, or less, than a viewer. */
const GROUPS = { operators: 'operators', partners: 'partners' } as const satisfies Record<SignInGroup, SignInGroup>;

export type Role = 'viewer' | 'operator' | 'partner';

export interface Caller {
  /** The claim `sub`; the client's id where a token has none. */
  readonly subject: string;
  /** For people to read: who acknowledged an alert. */
  readonly name: string;
  readonly role: Role;
  readonly clientId: string;
}

/**
 * Who asks. A viewer reads all, an operator acts too, a partner sees its own customers only. Whoever is in both groups is
 * a partner: the narrower right counts. A program that signs in as itself (its `sub` is its client id) is in no group and
 * counts as a partner: it sees what the table gives it, nothing by default.
 */
export function callerOf(event: HttpApiEvent): Caller {
  const claims = event.requestContext.authorizer?.jwt?.claims ?? {};
  const clientId = textClaim(claims, 'client_id') ?? textClaim(claims, 'aud') ?? '';
  const subject = textClaim(claims, 'sub') ?? clientId;
  const groups = new Set([...listClaim(claims['cognito:groups']), ...listClaim(claims['groups'])]);
  const isProgram = subject === '' || subject === clientId;
  const role = groups.has(GROUPS.partners) || isProgram ? 'partner' : groups.has(GROUPS.operators) ? 'operator' : 'viewer';
  const name = textClaim(claims, 'email') ?? textClaim(claims, 'cognito:username') ?? textClaim(claims, 'username') ?? subject;
  return { subject, name, role, clientId };
}

/** @throws RefusedRequest with 403 for everyone else. */
export function requireOperator(caller: Caller): void {
  if (caller.role === 'operator') return;
  throw new RefusedRequest({ type: PROBLEM_TYPES.forbidden, title: 'Not allowed', status: 403, detail: `This is for members of the group "${GROUPS.operators}". An administrator of the sign-in adds you to it; then sign in again.` });
}

const textClaim = (claims: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const value = claims[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** A list, or as API Gateway writes one: `[a b]`. */
function listClaim(value: unknown): string[] {
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'string');
  return typeof value === 'string' ? value.replace(/^\[|\]$/g, '').split(/[\s,]+/).filter((one) => one !== '') : [];
}

/** Keys of the table `api-access`: pk = `caller#<subject>`, one row per customer, sk = `customer#<id>`. */
export const accessPartition = (subject: string): string => `caller#${subject}`;
export const CUSTOMER_KEY_PREFIX = 'customer#';

/** So long may a customer that was taken from a partner still be seen by it. */
export const ACCESS_CACHE_MS = 30_000;

/** Most partners whose customers an instance remembers. */
const REMEMBERED = 1_000;

export interface Access {
  /** Customers whose shipments the caller may see; undefined = all. A partner without rows sees none. */
  readonly customersOf: (caller: Caller, now: number) => Promise<ReadonlySet<string> | undefined>;
}

export function createAccess({ aws, table }: { aws: Pick<AwsClient, 'dynamo'>; table: string }): Access {
  const known = new Map<string, { readonly at: number; readonly customers: Promise<ReadonlySet<string>> }>();
  return {
    customersOf: async ({ role, subject }, now) => {
      if (role !== 'partner') return undefined;
      const found = known.get(subject);
      if (found !== undefined && now >= found.at && now - found.at < ACCESS_CACHE_MS) return found.customers;
      const customers = readCustomers({ aws, table, subject });
      if (known.size >= REMEMBERED) known.clear();
      known.set(subject, { at: now, customers });
      // A failure is not remembered.
      customers.catch(() => known.delete(subject));
      return customers;
    },
  };
}

async function readCustomers({ aws, table, subject }: { aws: Pick<AwsClient, 'dynamo'>; table: string; subject: string }): Promise<ReadonlySet<string>> {
  const rows = await queryAll(aws, { TableName: table, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: accessPartition(subject) } } });
  const keys = rows.map((row) => stringOf(row['sk']) ?? '').filter((key) => key.startsWith(CUSTOMER_KEY_PREFIX));
  return new Set(keys.map((key) => key.slice(CUSTOMER_KEY_PREFIX.length)));
}
