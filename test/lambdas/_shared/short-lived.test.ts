import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ARCHIVE_EVENTS_ENV } from '../../../lambdas/archive-events/names.ts';
import { TRACK_SHIPMENTS_ENV } from '../../../lambdas/track-shipments/names.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** What the deployed entry does at start, in an environment as the template gives it. */
const bindsHandlerOf = (name: string): string => `
import { contract } from '${ROOT}/contracts/generated/shipment-event/runtime.ts';
import { bindHandler } from '${ROOT}/lambdas/${name}/handler.ts';
bindHandler(contract);
`;
const ENVIRONMENT = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  [ARCHIVE_EVENTS_ENV.quarantineBucket]: 'quarantine',
  [TRACK_SHIPMENTS_ENV.shipmentsTable]: 'shipments',
  [TRACK_SHIPMENTS_ENV.ledgerTable]: 'lake-ledger',
  [TRACK_SHIPMENTS_ENV.bronzeBucket]: 'bronze',
  [TRACK_SHIPMENTS_ENV.metricNamespace]: 'Waybill/test',
  [TRACK_SHIPMENTS_ENV.horizonDays]: '45',
  [TRACK_SHIPMENTS_ENV.giveUpAfterMinutes]: '60',
};

/** Fills one list after the other, so that what a list is made of is alive at nearly every collection of garbage. */
const FILLS_LISTS = `
// From here on: what is loaded before is not the batch.
const { setFlagsFromString } = await import('node:v8');
setFlagsFromString('--trace-pretenuring');
setFlagsFromString('--trace-pretenuring-statistics');
const make = (at) => ({ at, words: [at, at + 1] });
let kept;
for (let list = 0; list < 60; list += 1) {
  const next = [];
  for (let at = 0; at < 40_000; at += 1) next.push(make(at));
  kept = next;
}
process.stdout.write('filled ' + kept.length);
`;

/** What V8 itself says of its decisions. It only decides for good when the young generation is as large as it may get: here at once. */
async function decisions(prelude: string): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, ['--max-semi-space-size=1', '--input-type=module', '-e', `${prelude}\n${FILLS_LISTS}`], { env: ENVIRONMENT });
}

const MADE_OLD = /=> tenure/;

describe('objects of a batch', () => {
  it('would be made old from birth', async () => {
    const { stdout } = await decisions('');
    expect(stdout).toContain('filled 40000');
    expect(stdout).toMatch(MADE_OLD);
  });

  it.each(['archive-events', 'track-shipments'])('are made young once %s is bound to its contract, in the V8 that it runs on', async (name) => {
    const { stdout, stderr } = await decisions(bindsHandlerOf(name));
    expect(stdout).toContain('filled 40000');
    expect(stdout).not.toMatch(MADE_OLD);
    // V8 complains here of a flag that it does not know.
    expect(stderr).not.toContain('flag');
  });
});

/** Compiles a reader of objects that then are all gone, and asks after ten collections whether it is still compiled (bit 4 of V8's answer). */
const FORGETS_SHAPES = `
const read = (value) => value.word.length + value.count + value.level;
const batch = () => {
  let sum = 0;
  for (let at = 0; at < 50_000; at += 1) sum += read(JSON.parse('{"word":"w","count":1,"level":2}'));
  return sum;
};
for (let round = 0; round < 8; round += 1) batch();
%OptimizeFunctionOnNextCall(read);
batch();
const compiled = () => (%GetOptimizationStatus(read) & 16) !== 0;
const before = compiled();
for (let round = 0; round < 10; round += 1) {
  gc();
  await new Promise((resolve) => setTimeout(resolve, 1));
}
process.stdout.write(JSON.stringify({ before, after: compiled() }));
`;

async function compiledCode(prelude: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--allow-natives-syntax', '--input-type=module', '-e', `${prelude}\n${FORGETS_SHAPES}`], { env: ENVIRONMENT });
  return JSON.parse(stdout);
}

describe('compiled code that knows the objects of a batch', () => {
  it('would be lost at collections between two batches', async () => {
    expect(await compiledCode('')).toEqual({ before: true, after: false });
  });

  it.each(['archive-events', 'track-shipments'])('stays once %s is bound to its contract, in the V8 that it runs on', async (name) => {
    expect(await compiledCode(bindsHandlerOf(name))).toEqual({ before: true, after: true });
  });
});
