import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readCatalog, readContract } from '../../contracts/catalog.ts';
import { OWN_ROOT } from './contract-roots.ts';
import type { Json } from './temporary-folder.ts';
import { copyOfWebOrder, editJson, temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
let cases = 0;

/** Reads a copy of the fixture contract after an edit of one of its files. */
function readingAfter(file: string, edit: (content: Json) => unknown): () => unknown {
  const directory = copyOfWebOrder(folder, `case-${(cases += 1)}`);
  editJson(join(directory, file), edit);
  return () => readContract(directory);
}

describe('the catalog of contracts', () => {
  it('lists our contracts by name with their schemas', () => {
    const listed = readCatalog(OWN_ROOT).contracts.map(({ name, schemas }) => [name, schemas.map(({ major, version }) => [major, version])]);
    expect(listed).toEqual([
      ['order-change', [[1, '1.0']]],
      ['shipment-event', [[1, '1.0']]],
      ['vehicle-position', [[1, '1.0']]],
    ]);
  });

  it('takes any directory with a contract.json, and passes over the others', () => {
    const root = dirname(copyOfWebOrder(folder, 'others'));
    mkdirSync(join(root, 'generated', 'web-order'), { recursive: true });
    writeFileSync(join(root, 'README.md'), '');
    expect(readCatalog(root).contracts.map(({ name }) => name)).toEqual(['web-order']);
  });

  it('orders majors by number', () => {
    const directory = copyOfWebOrder(folder, 'majors');
    for (const major of [10, 2]) {
      const file = join(directory, `v${major}.schema.json`);
      cpSync(join(directory, 'v1.schema.json'), file);
      editJson(file, (schema) => (schema['x-version'] = `${major}.0`));
    }
    expect(readContract(directory).schemas.map(({ version }) => version)).toEqual(['1.0', '2.0', '10.0']);
  });

  it('lists every mistake of a descriptor with field, value, what is allowed and an example', () => {
    const reading = readingAfter('contract.json', (content) => {
      content['stream'] = { mode: 'fast', shards: 0, retentionHours: 48 };
      content['silenceMinutes'] = '5';
      delete content['owner'];
      content['retention'] = 7;
    });
    expect(reading).toThrow(/contract\.json has 5 mistakes:/);
    expect(reading).toThrow(/stream\.shards +got 0 +allowed: a whole number from 1 to 10000 +example: 4/);
    expect(reading).toThrow(/stream\.mode +got "fast" +allowed: "provisioned" or "on-demand"/);
    expect(reading).toThrow(/owner +got nothing/);
    expect(reading).toThrow(/silenceMinutes +got "5"/);
    expect(reading).toThrow(/retention +got 7 +allowed: no such field/);
  });

  it.each<[string, unknown, RegExp]>([
    ['name', 'Web Order', /name +got "Web Order" +allowed: kebab-case/],
    ['name', 'web_order', /allowed: kebab-case/],
    ['name', 'wo', /3 to 40 characters/],
    ['name', 'other-order', /allowed: the name of its directory +example: "web-order"/],
    ['consumers', [{ name: 'x', reads: ['orderId'] }], /JSON pointers or "\*"/],
    ['identity', [], /at least one field/],
    ['freshnessMinutes', 0, /from 1 to 10080/],
    ['freshnessMinutes', 1.5, /whole number/],
    ['deprecatedAfter', { 1: 'next year' }, /a date per major version/],
    ['personalData', ['customer'], /a list of JSON pointers/],
  ])('refuses %s = %j', (field, value, message) => {
    expect(readingAfter('contract.json', (content) => (content[field] = value))).toThrow(message);
  });

  it.each<[string, (schema: Json) => unknown, RegExp]>([
    ['no version', (schema) => delete schema['x-version'], /x-version +got nothing +allowed: 1\.<minor> +example: "1\.0"/],
    ['the version of another major', (schema) => (schema['x-version'] = '2.0'), /x-version +got "2\.0"/],
    ['an event that need not say its version', (schema) => (schema['required'] = ['orderId']), /a list with "schemaVersion"/],
    ['no field for the key of the stream', (schema) => delete (schema['properties'] as Json)['orderId'], /properties\.orderId +got nothing +allowed: the field that entityKey names/],
    ['a list', (schema) => (schema['type'] = 'array'), /type +got "array"/],
    ['no room for new fields', (schema) => (schema['additionalProperties'] = false), /would refuse what a newer minor version adds/],
    ['an unknown keyword', (schema) => (schema['requird'] = []), /the keyword "requird" is not supported/],
    ['an unknown reference', (schema) => ((schema['properties'] as Json)['total'] = { $ref: '#/definitions/cash' }), /names no definition\. Known: money/],
    ['a reference to elsewhere', (schema) => ((schema['properties'] as Json)['total'] = { $ref: 'money.json' }), /references inside the file/],
    ['a definition of itself', (schema) => ((schema['definitions'] as Json)['money'] = { items: { $ref: '#/definitions/money' } }), /refers to itself \(money → money\)/],
    ['an unknown format', (schema) => ((schema['properties'] as Json)['source'] = { type: 'string', format: 'email' }), /write a "pattern"/],
    ['an unknown weight', (schema) => (schema['x-severity'] = 'fatal'), /Allowed: reject, warn, range/],
  ])('refuses a schema with %s', (_what, edit, message) => {
    const reading = readingAfter('v1.schema.json', edit);
    expect(reading).toThrow(message);
    expect(reading).toThrow(/v1\.schema\.json/);
  });

  it('says where a file is no JSON, and which schema is missing', () => {
    const directory = copyOfWebOrder(folder, 'broken');
    writeFileSync(join(directory, 'contract.json'), '{');
    expect(() => readContract(directory)).toThrow(/contract\.json is not JSON/);
    const empty = copyOfWebOrder(folder, 'empty');
    rmSync(join(empty, 'v1.schema.json'));
    expect(() => readContract(empty)).toThrow(/has no schema\. Write its first version: .*v1\.schema\.json/);
    expect(() => readCatalog(join(folder, 'nowhere'))).toThrow(/No such folder of contracts/);
  });
});
