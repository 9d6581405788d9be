/** People with roles who call the deployed API. */
import { AdminAddUserToGroupCommand, AdminCreateUserCommand, AdminSetUserPasswordCommand, CognitoIdentityProviderClient, InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { OUTPUTS, tableName } from '../../contracts/platform-names.ts';
import type { SignInGroup } from '../../contracts/platform-names.ts';
import type { Platform } from '../../cli/platform/platform.ts';

export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed; undefined when there is none. */
  readonly body: unknown;
}

export interface ApiCaller {
  readonly call: (path: string, options?: { method?: string; body?: string; headers?: Readonly<Record<string, string>> }) => Promise<ApiResponse>;
}

const PASSWORD = 'Correct-Horse-7-Staple';

/** Signs a new person in, a member of the group, a partner with these customers. */
export async function apiCaller(platform: Platform, { name, group, customers = [] }: { name: string; group?: SignInGroup; customers?: readonly string[] }): Promise<ApiCaller> {
  const [UserPoolId, ClientId, url] = await Promise.all([OUTPUTS.userPoolId, OUTPUTS.userPoolClientId, OUTPUTS.apiUrl].map((key) => platform.output('serving', key)));
  const pool = new CognitoIdentityProviderClient(platform.client);
  const created = await pool.send(new AdminCreateUserCommand({ UserPoolId, Username: name, MessageAction: 'SUPPRESS' }));
  await pool.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: name, Password: PASSWORD, Permanent: true }));
  if (group !== undefined) await pool.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: name, GroupName: group }));
  const { AuthenticationResult } = await pool.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: name, PASSWORD } }));
  pool.destroy();
  const sub = created.User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value ?? '';
  await allow(platform, sub, customers);
  return {
    call: async (path, { method = 'GET', body, headers = {} } = {}) => {
      const answer = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${AuthenticationResult?.IdToken}`, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers }, ...(body !== undefined && { body }) });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) as unknown };
    },
  };
}

async function allow(platform: Platform, subject: string, customers: readonly string[]): Promise<void> {
  const dynamo = new DynamoDBClient(platform.client);
  for (const customer of customers) await dynamo.send(new PutItemCommand({ TableName: tableName(platform.env, 'api-access'), Item: { pk: { S: `caller#${subject}` }, sk: { S: `customer#${customer}` } } }));
  dynamo.destroy();
}
