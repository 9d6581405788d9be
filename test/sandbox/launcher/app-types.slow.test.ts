/** Every resource type of Waybill's own templates has a verdict: real, stored or native. A new type fails here until somebody has tried it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verdictsOf } from '../../../sandbox/supervisor/doctor.ts';
import type { TypeVerdict } from '../../../sandbox/supervisor/doctor.ts';
import { NODE_24, PROJECT } from '../harness.ts';
import { interpreter } from './python.ts';

jest.setTimeout(180_000);

const output = mkdtempSync(join(tmpdir(), 'waybill-types-'));
let types: TypeVerdict[];

beforeAll(async () => {
  const context = JSON.stringify({ env: 'local' });
  const synth = spawnSync(NODE_24, [join('bin', 'app.ts')], { cwd: PROJECT, encoding: 'utf8', env: { ...process.env, CDK_OUTDIR: output, CDK_CONTEXT_JSON: context } });
  if (synth.status !== 0) throw new Error(synth.stderr);
  types = await verdictsOf(await interpreter(), [output]);
});
afterAll(() => rmSync(output, { recursive: true, force: true }));

it('judges every type', () => {
  expect(types.length).toBeGreaterThan(10);
  expect(types.filter((type) => type.verdict === 'none').map((type) => type.name)).toEqual([]);
});

it('serves what the stream road stands on for real', () => {
  const real = types.filter((type) => type.verdict === 'real').map((type) => type.name);
  expect(real).toEqual(expect.arrayContaining(['AWS::ApiGatewayV2::Api', 'AWS::CloudWatch::Alarm', 'AWS::Kinesis::Stream', 'AWS::Lambda::EventSourceMapping', 'AWS::Lambda::Function', 'AWS::S3::Bucket', 'AWS::SNS::Topic']));
});
