import type { DailyFigures } from '../../contracts/api/answers.ts';
import { LAST_DAY_KEY } from '../../contracts/object-keys.ts';
import { AwsError } from '../_shared/aws/aws-error.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { describeError } from '../_shared/logger.ts';
import type { Logger } from '../_shared/logger.ts';

/** A day is published once a night: all requests of an instance share one look a minute. */
export const DAILY_CACHE_MS = 60_000;

interface DailyInput {
  readonly aws: Pick<AwsClient, 'getObject'>;
  readonly bucket: string;
  readonly log: Logger;
}

/** Figures of the last published day, as build-gold leaves them; null while there is none. Live numbers never wait for them: what cannot be read is as it was read last. */
export function createDailyReader({ aws, bucket, log }: DailyInput): (now: number) => Promise<DailyFigures | null> {
  let held: DailyFigures | null = null;
  let readAt = -Infinity;
  return async (now) => {
    if (now >= readAt && now - readAt < DAILY_CACHE_MS) return held;
    readAt = now;
    try {
      held = JSON.parse(Buffer.from(await aws.getObject({ bucket, key: LAST_DAY_KEY })).toString('utf8')) as DailyFigures;
    } catch (error) {
      if (!isAbsent(error)) log.warn('the last day of gold could not be read', describeError(error));
    }
    return held;
  };
}

/** S3 answers 403 instead of 404 to who may not list the bucket. */
const isAbsent = (error: unknown): boolean => error instanceof AwsError && (error.status === 404 || error.status === 403);
