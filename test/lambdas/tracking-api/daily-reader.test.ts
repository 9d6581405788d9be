import { AwsError } from '../../../lambdas/_shared/aws/aws-error.ts';
import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { createDailyReader, DAILY_CACHE_MS } from '../../../lambdas/tracking-api/daily-reader.ts';

const DAY = { businessDate: '2026-11-19', publishedAt: '2026-11-20T04:30:00Z', delivered: 120, onTime: 100, late: 20, exceptions: 3 };

function reader(answers: (object | number)[]): { read: (now: number) => Promise<unknown>; asked: string[]; lines: string[] } {
  const [asked, lines]: [string[], string[]] = [[], []];
  const getObject = ({ bucket, key }: { bucket: string; key: string }): Promise<Buffer> => {
    asked.push(`${bucket}/${key}`);
    const answer = answers.shift() ?? 500;
    return typeof answer === 'number' ? Promise.reject(new AwsError({ code: `Http${answer}`, status: answer, operation: 's3:GetObject', message: 'no' })) : Promise.resolve(Buffer.from(JSON.stringify(answer)));
  };
  return { read: createDailyReader({ aws: { getObject }, bucket: 'lake', log: createLogger({ fields: {}, write: (line) => void lines.push(line) }) }), asked, lines };
}

describe('the last published day', () => {
  it('is null while there is none, without a word in the log', async () => {
    const { read, lines } = reader([404, 403]);
    expect([await read(0), await read(DAILY_CACHE_MS)]).toEqual([null, null]);
    expect(lines).toEqual([]);
  });

  it('is read once a minute', async () => {
    const { read, asked } = reader([DAY, { ...DAY, businessDate: '2026-11-20' }]);
    expect([await read(0), await read(DAILY_CACHE_MS - 1)]).toEqual([DAY, DAY]);
    expect(await read(DAILY_CACHE_MS)).toMatchObject({ businessDate: '2026-11-20' });
    expect(asked).toEqual(['lake/reports/daily/latest.json', 'lake/reports/daily/latest.json']);
  });

  it('stays what it was while the bucket does not answer, and the log says so', async () => {
    const { read, lines } = reader([DAY, 500]);
    await read(0);
    expect(await read(DAILY_CACHE_MS)).toEqual(DAY);
    expect(lines).toEqual([expect.stringContaining('the last day of gold could not be read')]);
  });
});
