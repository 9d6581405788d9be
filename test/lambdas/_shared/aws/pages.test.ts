import { pages, queryAll } from '../../../../lambdas/_shared/aws/pages.ts';

type Answer = Readonly<Record<string, unknown>>;

/** Answers in the order given, and remembers what was asked. */
function answering(...answers: Answer[]) {
  const asked: { operation: string; input: object }[] = [];
  const dynamo = (operation: string, input: object): Promise<Record<string, unknown>> => {
    asked.push({ operation, input });
    return Promise.resolve({ ...answers[asked.length - 1] });
  };
  return { asked, aws: { dynamo } };
}

const item = (id: string) => ({ pk: { S: id } });
const INPUT = { TableName: 't', Limit: 2 };

describe('pages of DynamoDB', () => {
  it('go on from where the page before ended, also behind an empty page, until an answer names no more', async () => {
    const { asked, aws } = answering(
      { Items: [item('a')], LastEvaluatedKey: item('a') },
      { Items: [], LastEvaluatedKey: item('q') },
      { Items: [item('z')] },
    );
    expect(await queryAll(aws, INPUT)).toEqual([item('a'), item('z')]);
    expect(asked).toEqual([
      { operation: 'Query', input: INPUT },
      { operation: 'Query', input: { ...INPUT, ExclusiveStartKey: item('a') } },
      { operation: 'Query', input: { ...INPUT, ExclusiveStartKey: item('q') } },
    ]);
  });

  it('are not asked for by who has enough', async () => {
    const { asked, aws } = answering({ Items: [item('a')], LastEvaluatedKey: item('a') });
    for await (const page of pages(aws, 'Scan', INPUT)) {
      if (page.items.length > 0) break;
    }
    expect(asked).toEqual([{ operation: 'Scan', input: INPUT }]);
  });

  it('carry the whole answer, and no items when it has none', async () => {
    const { aws } = answering({ Count: 7, ConsumedCapacity: { CapacityUnits: 1.5 } });
    const found = [];
    for await (const page of pages(aws, 'Scan', INPUT)) found.push(page);
    expect(found).toEqual([{ items: [], answer: { Count: 7, ConsumedCapacity: { CapacityUnits: 1.5 } } }]);
  });

  it('end with the error of the call', async () => {
    const aws = { dynamo: () => Promise.reject(new Error('throttled')) };
    await expect(queryAll(aws, INPUT)).rejects.toThrow('throttled');
  });
});
