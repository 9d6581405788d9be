import { join } from 'node:path';
import { ContextError } from '../../lib/config/config-error.ts';
import { chooseEnvironment } from '../../lib/config/read-context.ts';
import type { CommandContext } from '../../lib/config/read-context.ts';

const HERE = join(import.meta.dirname, 'fixtures');
const choose = (context: CommandContext): ReturnType<typeof chooseEnvironment> => chooseEnvironment(context, HERE);

describe('the environment of a command', () => {
  it('is one of ours by name', () => {
    expect(choose({ env: 'staging' })).toMatchObject({ input: { environment: 'staging' }, source: 'lib/config/environments/staging.ts', ours: true });
  });

  it('is somebody\'s own TypeScript file', () => {
    expect(choose({ config: 'acme.ts' })).toEqual({ input: { environment: 'acme', profile: 'balanced', streams: { 'shipment-event': { shards: 8 } } }, source: 'acme.ts', ours: false });
  });

  it('is somebody\'s own JSON file, by an absolute path too', () => {
    expect(choose({ config: join(HERE, 'typos.json') })).toMatchObject({ input: { environment: 'acme', profile: 'cheap' }, source: 'typos.json' });
  });

  it.each<[string, CommandContext, RegExp]>([
    ['nothing', {}, /^Which environment\?\n {2}Choose one of ours: -c env=local\|dev\|staging\|prod\n {2}or bring your own: {2}-c config=path\/to\/environment\.ts/],
    ['a typo', { env: 'prdo' }, /^There is no environment "prdo"\. Did you mean "prod"\?/],
    ['something else', { env: 'banana' }, /^There is no environment "banana"\.\n/],
    ['two answers', { env: 'dev', config: 'acme.ts' }, /^Both -c env=dev and -c config=acme\.ts were given/],
    ['a file that is not there', { config: 'nowhere.ts' }, /^-c config=nowhere\.ts: there is no such file/],
    ['broken JSON', { config: 'broken.json' }, /^-c config=broken\.json: not JSON: /],
    ['a module with several exports', { config: 'two-exports.ts' }, /^-c config=two-exports\.ts: exports 2 values and no default/],
  ])('is asked for in words: %s', (_, context, message) => {
    expect(() => choose(context)).toThrow(ContextError);
    expect(() => choose(context)).toThrow(message);
  });
});
