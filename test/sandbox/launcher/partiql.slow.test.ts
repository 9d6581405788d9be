/** Batched conditional PartiQL on the control plane, in the form that AWS documents: one SET or REMOVE for each path. */
import { BatchExecuteStatementCommand, CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { startSandbox } from '../harness.ts';
import type { Sandbox } from '../harness.ts';

jest.setTimeout(120_000);

describe('BatchExecuteStatement', () => {
  let sandbox: Sandbox;
  let dynamo: DynamoDBClient;
  beforeAll(async () => {
    sandbox = await startSandbox();
    dynamo = new DynamoDBClient(sandbox.client);
    await dynamo.send(new CreateTableCommand({ TableName: 'things', BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }] }));
  });
  beforeEach(() => dynamo.send(new PutItemCommand({ TableName: 'things', Item: { pk: { S: 'a' }, version: { N: '1' }, old: { S: 'x' }, older: { S: 'y' } } })));
  afterAll(async () => {
    dynamo.destroy();
    await sandbox.stop();
  });

  const run = async (Statement: string, Parameters: { S: string }[] | { N: string }[] | unknown[]): Promise<string | undefined> => {
    const answer = await dynamo.send(new BatchExecuteStatementCommand({ Statements: [{ Statement, Parameters: Parameters as [] }] }));
    return answer.Responses?.[0]?.Error?.Code;
  };
  const item = async (): Promise<unknown> => (await dynamo.send(new GetItemCommand({ TableName: 'things', Key: { pk: { S: 'a' } }, ConsistentRead: true }))).Item;

  it('sets and removes several paths, each with its own keyword', async () => {
    expect(await run('UPDATE "things" SET "version" = ? SET "set" = ? REMOVE old REMOVE older WHERE "pk" = ? AND "version" = ?', [{ N: '2' }, { S: ' SET where ' }, { S: 'a' }, { N: '1' }])).toBeUndefined();
    expect(await item()).toEqual({ pk: { S: 'a' }, version: { N: '2' }, set: { S: ' SET where ' } });
  });

  it('changes nothing when the condition does not hold', async () => {
    expect(await run('UPDATE "things" SET "version" = ? SET "x" = ? WHERE "pk" = ? AND "version" = ?', [{ N: '3' }, { S: 'x' }, { S: 'a' }, { N: '7' }])).toBe('ConditionalCheckFailed');
    expect(await item()).toMatchObject({ version: { N: '1' }, old: { S: 'x' } });
  });

  it('reads one text again with other values, and texts that hold values of their own', async () => {
    const text = 'UPDATE "things" SET "version" = ? SET "x" = ? WHERE "pk" = ? AND "version" = ? AND "gone" IS MISSING';
    expect(await run(text, [{ N: '2' }, { S: 'first' }, { S: 'a' }, { N: '1' }])).toBeUndefined();
    expect(await run(text, [{ N: '3' }, { S: 'second' }, { S: 'a' }, { N: '2' }])).toBeUndefined();
    expect(await run(text, [{ N: '4' }, { S: 'third' }, { S: 'a' }, { N: '2' }])).toBe('ConditionalCheckFailed');
    expect(await item()).toMatchObject({ version: { N: '3' }, x: { S: 'second' } });
    expect(await run(`UPDATE "things" SET "x" = 'why?' SET "version" = "version" + 1 WHERE "pk" = ?`, [{ S: 'a' }])).toBeUndefined();
    expect(await item()).toMatchObject({ version: { N: '4' }, x: { S: 'why?' } });
    expect(await run('UPDATE "things" SET "x" = ? WHERE "pk" = ?', [{ S: 'one too few' }])).toBe('ValidationError');
    expect(await item()).toMatchObject({ x: { S: 'why?' } });
  });

  it('inserts once, each time with the values given', async () => {
    const text = `INSERT INTO "things" VALUE {'pk': ?, 'x': ?}`;
    const ids = ['new-1', 'new-2'].map((name) => `${name}-${process.pid}`);
    for (const id of ids) expect(await run(text, [{ S: id }, { S: `of ${id}` }])).toBeUndefined();
    for (const id of ids) {
      expect(await run(text, [{ S: id }, { S: 'again' }])).toBe('DuplicateItem');
      const answer = await dynamo.send(new GetItemCommand({ TableName: 'things', Key: { pk: { S: id } }, ConsistentRead: true }));
      expect(answer.Item).toEqual({ pk: { S: id }, x: { S: `of ${id}` } });
    }
  });
});
