import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalog } from '../../../contracts/catalog.ts';
import { checkContract, publishVersion } from '../../../contracts/compatibility/check-contract.ts';
import { OWN_ROOT } from '../contract-roots.ts';
import type { Json } from '../temporary-folder.ts';
import { copyOfWebOrder, editJson, temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
let cases = 0;

const fields = (schema: Json): Json => schema['properties'] as Json;

/** A copy of the fixture contract with its newest schema edited. */
function edited(edit: (schema: Json) => unknown): string {
  const directory = copyOfWebOrder(folder, `case-${(cases += 1)}`);
  editJson(join(directory, 'v1.schema.json'), edit);
  return directory;
}

const addCoupon = (schema: Json): unknown => (fields(schema)['coupon'] = { type: 'string' });
const dropTotal = (schema: Json): unknown => delete fields(schema)['total'];

describe('the check of a contract', () => {
  it.each(readCatalog(OWN_ROOT).contracts.map(({ name, directory }) => [name, directory]))('finds %s published as it is', (_name, directory) => {
    expect(checkContract(directory)).toMatchObject({ ok: true, problems: [], publishable: [], majors: [{ major: 1, published: '1.0', verdict: 'unchanged' }] });
  });

  it('asks for a minor version for a compatible change', () => {
    const check = checkContract(edited(addCoupon));
    expect(check.ok).toBe(false);
    expect(check.problems).toEqual(['v1.schema.json has changed since 1.0 was published: set "x-version": "1.1".']);
    expect(check.majors[0]).toMatchObject({ verdict: 'compatible', needs: '1.1' });
  });

  it('lets a compatible change be published under a new minor version, and then finds it published', () => {
    const directory = edited((schema) => {
      addCoupon(schema);
      schema['x-version'] = '1.1';
    });
    expect(checkContract(directory)).toMatchObject({ ok: true, publishable: ['1.1'] });
    const copy = publishVersion(directory, '1.1');
    expect(readFileSync(copy, 'utf8')).toBe(readFileSync(join(directory, 'v1.schema.json'), 'utf8'));
    expect(checkContract(directory)).toMatchObject({ ok: true, publishable: [], majors: [{ published: '1.1', verdict: 'unchanged' }] });
  });

  it('refuses a breaking change under a minor version, and names the field and who reads it', () => {
    const check = checkContract(edited((schema) => {
      dropTotal(schema);
      schema['x-version'] = '1.1';
    }));
    expect(check).toMatchObject({ ok: false, publishable: [], majors: [{ verdict: 'breaking', needs: '2.0' }] });
    expect(check.problems.join()).toMatch(/breaks 1\.0: it needs version 2\.0 in v2\.schema\.json.*\n +\/total +is gone: its readers find nothing; concerns finance-report/);
  });

  it('accepts a breaking change as a new major beside the old', () => {
    const directory = edited(() => undefined);
    cpSync(join(directory, 'v1.schema.json'), join(directory, 'v2.schema.json'));
    editJson(join(directory, 'v2.schema.json'), (schema) => {
      dropTotal(schema);
      schema['x-version'] = '2.0';
    });
    expect(checkContract(directory)).toMatchObject({ ok: true, publishable: ['2.0'], majors: [{ verdict: 'unchanged' }, { verdict: 'new', needs: '2.0' }] });
  });

  it('keeps a published major readable', () => {
    const directory = edited(() => undefined);
    cpSync(join(directory, 'v1.schema.json'), join(directory, 'v2.schema.json'));
    editJson(join(directory, 'v2.schema.json'), (schema) => (schema['x-version'] = '2.0'));
    rmSync(join(directory, 'v1.schema.json'));
    rmSync(join(directory, 'samples'), { recursive: true });
    expect(checkContract(directory).problems.join()).toMatch(/1\.0 is published, but v1\.schema\.json is gone/);
  });

  it('compares with the newest published minor version by number', () => {
    const directory = edited((schema) => {
      addCoupon(schema);
      schema['x-version'] = '1.10';
    });
    for (const version of ['1.9', '1.10']) {
      cpSync(join(directory, 'released', '1.0.schema.json'), join(directory, 'released', `${version}.schema.json`));
      editJson(join(directory, 'released', `${version}.schema.json`), (schema) => (schema['x-version'] = version));
    }
    expect(checkContract(directory).problems).toEqual(['v1.schema.json has changed since 1.10 was published: set "x-version": "1.11".']);
  });

  it('lets words change without a new version', () => {
    const check = checkContract(edited((schema) => (schema['description'] = 'Other words.')));
    expect(check).toMatchObject({ ok: true, publishable: [], majors: [{ verdict: 'words', needs: '1.0' }] });
  });

  it('notices a version that goes back, one that begins in the middle, and a published copy that was edited', () => {
    const back = edited(() => undefined);
    cpSync(join(back, 'released', '1.0.schema.json'), join(back, 'released', '1.1.schema.json'));
    expect(checkContract(back).problems).toEqual([
      'v1.schema.json calls itself 1.0, but 1.1 is published: set "x-version": "1.1".',
      expect.stringContaining('1.1.schema.json calls itself 1.0: a published copy is never edited'),
    ]);
    const middle = edited((schema) => (schema['x-version'] = '1.3'));
    rmSync(join(middle, 'released'), { recursive: true });
    expect(checkContract(middle).problems.join()).toMatch(/begin with "x-version": "1\.0"/);
  });

  it('notices a good sample that is not good', () => {
    const directory = edited(() => undefined);
    editJson(join(directory, 'samples', 'good', 'placed.json'), (event) => (event['total'] = -1));
    expect(checkContract(directory).problems).toEqual(['samples/good/placed.json is not good: /total -1 is below 0']);
  });

  it('publishes nothing that the check refuses', () => {
    expect(() => publishVersion(edited(addCoupon), '1.1')).toThrow(/1\.1 cannot be published:\nv1\.schema\.json has changed/);
    expect(() => publishVersion(edited(() => undefined), '1.1')).toThrow(/Publishable now: nothing/);
  });
});
