import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waybill } from './cli-harness.ts';

const SAMPLE = join(__dirname, '..', '..', 'contracts', 'shipment-event', 'samples', 'good', 'air-arrived-with-sensor.json');

describe('waybill contract', () => {
  let dir: string;
  beforeAll(() => { dir = mkdtempSync(join(tmpdir(), 'waybill-contract-')); });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('validates a JSON document as one event, however it is spread over lines', async () => {
    const { code, out } = await waybill(['contract', 'validate', SAMPLE]);
    expect([code, out]).toEqual([0, expect.stringContaining('1 record: 1 valid')]);
  });

  it('sends CSV to the command that maps it', async () => {
    const path = join(dir, 'x.csv');
    writeFileSync(path, 'a,b\n1,2\n');
    const { code, err } = await waybill(['contract', 'validate', path]);
    expect([code, err]).toEqual([2, expect.stringContaining('--mapping')]);
  });

  it('takes a name that is not allowed, or is taken, as a mistake of the caller', async () => {
    const [bad, made, taken] = [await waybill(['contract', 'new', 'Bad Name', '--root', dir]), await waybill(['contract', 'new', 'order-change', '--root', dir]), await waybill(['contract', 'new', 'order-change', '--root', dir])];
    expect([bad.code, bad.err]).toEqual([2, expect.stringMatching(/^The name of a contract got "Bad Name"/)]);
    expect([made.code, made.out]).toEqual([0, expect.stringContaining(`-c contracts=${dir}`)]);
    expect([taken.code, taken.err]).toEqual([2, expect.stringContaining('exists already')]);
  });
});
