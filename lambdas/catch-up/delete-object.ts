import { createSend } from '../_shared/aws/http.ts';
import { AwsError } from '../_shared/aws/aws-error.ts';
import { addressing } from '../_shared/aws/s3.ts';
import { awsSettings } from '../_shared/aws/settings.ts';
import { sha256Hex, signRequest } from '../_shared/aws/sigv4.ts';

/** Deletes objects of one bucket; an absent object is success. The shared client writes and reads only: nothing on the ingest path deletes. */
export function createDeleter(bucket: string, env: Readonly<Record<string, string | undefined>> = process.env): (key: string) => Promise<void> {
  const settings = awsSettings(env);
  const send = createSend({ timeoutMs: 5_000, maxSockets: 1 });
  const addressOf = addressing(settings);
  return async (key) => {
    const { endpoint, path } = addressOf({ bucket, key });
    const payloadHash = sha256Hex('');
    const headers = signRequest(
      { method: 'DELETE', path, query: {}, headers: { host: endpoint.host, 'x-amz-content-sha256': payloadHash }, payloadHash },
      { credentials: settings.credentials, region: settings.region, service: 's3', now: new Date() },
    );
    const answer = await send({ endpoint, method: 'DELETE', path, headers, body: '', operation: 's3:DeleteObject' });
    if (answer.status >= 200 && answer.status < 300) return;
    throw new AwsError({ operation: 's3:DeleteObject', status: answer.status, code: `Http${answer.status}`, message: `could not delete ${key}` });
  };
}
