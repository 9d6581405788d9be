import { UsageError } from '../../../sandbox/supervisor/errors.ts';
import { DEFAULT_DIR, DEFAULT_PORT, DEFAULT_SNAPSHOT_SECONDS, parseOptions } from '../../../sandbox/supervisor/options.ts';

it('has the documented defaults', () => {
  expect(parseOptions(['up'])).toMatchObject({ command: 'up', dir: DEFAULT_DIR, port: DEFAULT_PORT, snapshotEveryMs: DEFAULT_SNAPSHOT_SECONDS * 1000, detach: false, json: false, yes: false, templateDirs: [] });
  expect(DEFAULT_PORT).toBe(4710);
  expect(DEFAULT_SNAPSHOT_SECONDS).toBeLessThanOrEqual(30);
});

it('reads every flag', () => {
  const options = parseOptions(['deploy', '--dir', 'd', '--port', '0', '--app', 'node app.ts', '-c', 'env=local', '-c', 'a=b', '--fingerprint', 'f', '--json', '--yes', '--template-dir', 't', '--detach']);
  expect(options).toMatchObject({ command: 'deploy', dir: 'd', port: 0, app: 'node app.ts', context: ['env=local', 'a=b'], fingerprint: 'f', json: true, yes: true, templateDirs: ['t'], detach: true });
});

it.each([
  [['start'], '"start"', 'setup, up, stop'],
  [[], 'none', 'setup, up, stop'],
  [['up', 'now'], '"up now"', 'setup, up, stop'],
  [['up', '--port', 'http'], '--port: got "http"', 'from 0 to 65535'],
  [['up', '--port', '70000'], '--port: got "70000"', 'from 0 to 65535'],
  [['up', '--port', '47.1'], '--port: got "47.1"', 'a whole number'],
  [['up', '--port', ''], '--port: got ""', 'example: 4720'],
  [['up', '--snapshot-seconds', '31'], '--snapshot-seconds: got "31"', 'from 0.2 to 30'],
  [['up', '--prot', '1'], '--prot', ''],
])('refuses %j, naming what it got and what is allowed', (args, got, allowed) => {
  let refused: unknown;
  try {
    parseOptions(args);
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(UsageError);
  expect((refused as UsageError).message).toContain(got);
  expect((refused as UsageError).message).toContain(allowed);
  expect((refused as UsageError).exitCode).toBe(2);
});
