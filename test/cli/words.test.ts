import { dayAndMinute, duration, parseDuration, timeOfDay } from '../../cli/output/times.ts';
import { table } from '../../cli/output/style.ts';
import { plainLines } from '../../cli/commands/watch.ts';
import { silenceNote } from '../../cli/commands/status.ts';
import { waybill } from './cli-harness.ts';

describe('times and durations', () => {
  it('are in UTC with Z unless a zone is given', () => {
    const at = Date.UTC(2026, 10, 2, 10, 4, 7);
    expect([dayAndMinute(at), timeOfDay(at)]).toEqual(['Nov 02 10:04Z', '10:04:07Z']);
    expect(dayAndMinute(at, 'Europe/Berlin')).toBe('Nov 02 11:04 GMT+1');
    expect(dayAndMinute(Date.UTC(2026, 6, 2, 22, 4), 'Europe/Berlin')).toBe('Jul 03 00:04 GMT+2');
  });

  it.each([[0, '0 s'], [999, '1 s'], [59_400, '59 s'], [12_000_000, '3 h 20 min'], [3_600_000, '1 h'], [90_061_000, '1 d 1 h'], [-4000, '4 s']])('%d ms is %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it.each([['90s', 90_000], ['15m', 900_000], ['1.5h', 5_400_000], ['3d', 259_200_000], ['3', undefined], ['h', undefined], ['-3h', undefined]])('--since %s is %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});

describe('tables', () => {
  it('align columns by what is visible, colours aside', () => {
    expect(table([['\u001b[32mOK\u001b[39m', 'x'], ['ALARM', 'y']])).toBe('\u001b[32mOK\u001b[39m     x\nALARM  y\n');
  });
});

describe('the command line', () => {
  it('suggests the command that was meant, and ends with 2', async () => {
    const { code, err } = await waybill(['quarantne']);
    expect(code).toBe(2);
    expect(err).toContain('Did you mean quarantine?');
  });

  it('says where to begin when no sandbox runs, and ends with 1', async () => {
    const { code, err } = await waybill(['--dir', '/nowhere', 'status']);
    expect(code).toBe(1);
    expect(err).toContain('No sandbox is running here.');
    expect(err).toContain('npm start');
  });

  it('wants a region for an environment on AWS', async () => {
    const { code, err } = await waybill(['--env', 'prod', 'status']);
    expect(code).toBe(2);
    expect(err).toContain('--region');
  });

  it('gives programs errors as JSON, too', async () => {
    const { err } = await waybill(['--json', '--dir', '/nowhere', 'status']);
    expect(JSON.parse(err)).toMatchObject({ error: { name: 'WorldError' } });
  });

  it('refuses to break anything but the sandbox, and only what it knows', async () => {
    expect((await waybill(['break', 'everything'])).err).toContain('Allowed: sink, contract, consumer');
  });

  it('lists the verbs by what a person wants to do', async () => {
    const { out } = await waybill(['--help']);
    expect(out.match(/^\S.*:$/gm)).toEqual(['Options:', 'The sandbox:', 'See:', 'Send:', 'Repair:', 'Commands:']);
    expect(/^Repair:\n( {2,}.*\n)+/m.exec(out)?.[0]).toMatch(/skip[^]*redrive[^]*catch-up/);
    expect(/^Commands:\n( {2,}.*\n)+/m.exec(out)?.[0].match(/^ {2}\w\S*/gm)).toEqual(['  help']);
  });

  it('lists every verb', async () => {
    const { code, out } = await waybill(['--help']);
    expect(code).toBe(0);
    for (const verb of ['start', 'stop', 'status', 'doctor', 'reset', 'logs', 'simulate', 'put', 'track', 'watch', 'quarantine', 'skip', 'redrive', 'catch-up', 'break', 'heal', 'contract']) expect(out).toMatch(new RegExp(`^  ${verb}\\b`, 'm'));
  });
});

describe('waybill watch without a terminal', () => {
  const seen = (n: number): Parameters<typeof plainLines>[0] => Array.from({ length: n }, (_, index) => ({ arrivedAt: index, event: { shipmentId: `SHP-${index}` } }));

  it('prints every event while they are few', () => {
    expect(plainLines(seen(3), 'shipmentId').split('\n')).toHaveLength(4);
  });

  it('prints the newest and counts the others when they flood', () => {
    const lines = plainLines(seen(500), 'shipmentId').trimEnd().split('\n');
    expect(lines[0]).toBe('… 485 events not shown (--json has every one)');
    expect([lines.length, lines[15]]).toEqual([16, expect.stringContaining('SHP-499')]);
  });
});

describe('silence alarms', () => {
  const alarm = (name: string, since: number): Parameters<typeof silenceNote>[0][number] => ({ name, state: 'ALARM', since, description: '' });

  it('are explained while they are young, and only they', () => {
    expect(silenceNote([alarm('waybill-local-contract-silent-shipment-event', 0)], 60_000)).toContain('first deployment');
    expect(silenceNote([alarm('waybill-local-contract-silent-shipment-event', 0)], 600_000)).toBe('');
    expect(silenceNote([alarm('waybill-local-gold-late-gold', 0)], 600_000)).toContain('until the first load of silver');
    expect(silenceNote([alarm('waybill-local-quarantine-share-shipment-event', 0)], 60_000)).toBe('');
  });
});
