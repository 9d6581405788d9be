import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { MissingEnvironmentError } from '../../../lambdas/_shared/environment.ts';
import { bindHandler as bindCatchUp } from '../../../lambdas/catch-up/handler.ts';
import { BadEnvironmentError, positiveNumber } from '../../../lambdas/track-shipments/environment.ts';
import { bindHandler as bindTracker } from '../../../lambdas/track-shipments/handler.ts';
import { handler as api } from '../../../lambdas/tracking-api/handler.ts';
import { contract } from './tracker.ts';

const ROOT = join(import.meta.dirname, '../../..');
const MAXIMUM_BYTES = 300 * 1024;

/** The entry that deployment generates for a function of a contract. */
const bound = (lambda: string): string =>
  `import { contract } from '${ROOT}/contracts/generated/shipment-event/runtime.ts';\nimport { bindHandler } from '${ROOT}/lambdas/${lambda}/handler.ts';\nexport const handler = bindHandler(contract);\n`;

describe('the packaged functions', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'waybill-bundle-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['track-shipments', bound('track-shipments')],
    ['catch-up', bound('catch-up')],
    ['tracking-api', `export { handler } from '${ROOT}/lambdas/tracking-api/handler.ts';\n`],
  ])('%s is small and brings no SDK', async (lambda, entry) => {
    const file = join(folder, `${lambda}.ts`);
    writeFileSync(file, entry);
    const { outputFiles, metafile } = await build({ entryPoints: [file], bundle: true, platform: 'node', target: 'node24', format: 'esm', minify: true, write: false, metafile: true });
    const zipped = gzipSync(outputFiles[0]?.contents ?? '').length;
    expect(zipped).toBeGreaterThan(1_000);
    expect(zipped).toBeLessThanOrEqual(MAXIMUM_BYTES);
    expect(Object.keys(metafile.inputs).filter((path) => /@aws-sdk|@smithy|\/zod\//.test(path))).toEqual([]);
  });
});

describe('the environment', () => {
  it('is read when a contract is bound, all missing names at once', () => {
    expect(() => bindTracker(contract)).toThrow(MissingEnvironmentError);
    expect(() => bindTracker(contract)).toThrow(/SHIPMENTS_TABLE.*LEDGER_TABLE.*BRONZE_BUCKET.*HORIZON_DAYS.*GIVE_UP_AFTER_MINUTES/);
    expect(() => bindCatchUp(contract)).toThrow(/SHIPMENTS_TABLE.*BRONZE_BUCKET.*QUARANTINE_BUCKET.*HORIZON_DAYS/);
  });

  it('is read by the API at its first request', async () => {
    await expect(api({ rawPath: '/v1/health', requestContext: { http: { method: 'GET' } } })).rejects.toThrow(/SHIPMENTS_TABLE.*LEDGER_TABLE/);
  });

  it.each(['0', '-1', 'abc', 'Infinity'])('refuses "%s" where a positive number is needed', (value) => {
    expect(() => positiveNumber({ HORIZON_DAYS: value }, 'HORIZON_DAYS')).toThrow(BadEnvironmentError);
  });
});
