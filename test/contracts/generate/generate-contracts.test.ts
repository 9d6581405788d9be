import { buildSync } from 'esbuild';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { findDrift, generateContracts, renderContracts } from '../../../contracts/generate/generate-contracts.ts';
import type { ContractRuntime } from '../../../contracts/model.ts';
import { QUARANTINE_RULES } from '../../../contracts/quarantine-rules.ts';
import { FIXTURE_ROOT, OWN_ROOT } from '../contract-roots.ts';
import { copyOfWebOrder, editJson, temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
const OWN = { root: OWN_ROOT, out: join(OWN_ROOT, 'generated'), docs: join(OWN_ROOT, '..', 'docs', 'contracts') };

/** What a handler's bundle makes of a generated runtime: one file, loaded without any of ours beside it. */
function bundledRuntime(runtime: string): { readonly contract: ContractRuntime; readonly bytes: number } {
  const [file] = buildSync({ entryPoints: [runtime], bundle: true, write: false, format: 'cjs', platform: 'node', minify: true, outdir: folder }).outputFiles;
  const bundle = join(folder, `${Date.now()}-${Math.random()}.cjs`);
  writeFileSync(bundle, file?.contents ?? '');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the bundle exists only now
  const { contract } = require(bundle) as { contract: ContractRuntime };
  return { contract, bytes: gzipSync(file?.contents ?? '').length };
}

describe('what is generated from contracts', () => {
  it('is committed as the contracts say it now', () => {
    expect(findDrift(OWN)).toEqual([]);
  });

  it('is noticed when a contract changed, a file is missing, or a contract is gone', () => {
    const root = dirname(copyOfWebOrder(folder, 'drift'));
    const options = { root, out: join(root, 'generated'), docs: join(root, 'docs') };
    generateContracts(options);
    expect(findDrift(options)).toEqual([]);
    editJson(join(root, 'web-order', 'contract.json'), (content) => (content['owner'] = 'others'));
    rmSync(join(root, 'generated', 'web-order', 'v1.types.ts'));
    mkdirSync(join(root, 'generated', 'gone'));
    writeFileSync(join(root, 'generated', 'gone', 'runtime.ts'), '// Generated from the contract gone');
    writeFileSync(join(root, 'docs', 'old.md'), '<!-- Generated from contracts/old -->');
    const found = findDrift(options).map(({ file, problem }) => `${file.slice(root.length + 1)} ${problem}`);
    expect(found.sort()).toEqual(['docs/old.md no contract has it', 'docs/web-order.md differs', 'generated/gone/runtime.ts no contract has it', 'generated/web-order/runtime.ts differs', 'generated/web-order/v1.types.ts missing']);
    generateContracts(options);
    expect(findDrift(options)).toEqual([]);
    expect(existsSync(join(root, 'generated', 'gone', 'runtime.ts'))).toBe(false);
  });

  it('leaves files alone that it did not write', () => {
    const root = dirname(copyOfWebOrder(folder, 'mine'));
    mkdirSync(join(root, 'generated', 'web-order'), { recursive: true });
    mkdirSync(join(root, 'docs'));
    writeFileSync(join(root, 'generated', 'web-order', 'v9.types.ts'), '// mine');
    writeFileSync(join(root, 'docs', 'guide.md'), '# Mine');
    generateContracts({ root, out: join(root, 'generated'), docs: join(root, 'docs') });
    expect(readdirSync(join(root, 'generated', 'web-order')).sort()).toEqual(['runtime.ts', 'v1.decode.ts', 'v1.types.ts', 'v1.validate.ts', 'v9.types.ts']);
    expect(readdirSync(join(root, 'docs')).sort()).toEqual(['guide.md', 'web-order.md']);
  });

  it('works for a contract of any folder, and the code carries all it needs', () => {
    const out = join(folder, 'elsewhere');
    generateContracts({ root: FIXTURE_ROOT, out });
    const { contract, bytes } = bundledRuntime(join(out, 'web-order', 'runtime.ts'));
    expect(contract.descriptor).toMatchObject({ name: 'web-order', entityKey: 'orderId' });
    expect(contract.versions.map(({ version }) => version)).toEqual(['1.0']);
    const event = { schemaVersion: '1.0', source: 'SHOP:web', eventId: 'e', orderId: 'o', status: 'LOST', eventTime: '2026-02-30T10:00:00Z', total: -1 };
    expect(contract.versions[0]?.validate(event)).toEqual([
      { path: '/status', rule: 'enum', severity: 'reject', message: '"LOST" is not one of PLACED, PAID, PACKED, CANCELLED' },
      { path: '/eventTime', rule: 'format', severity: 'reject', message: '"2026-02-30T10:00:00Z" is not a calendar date' },
      { path: '/total', rule: 'minimum', severity: 'range', message: '-1 is below 0' },
    ]);
    expect(bytes).toBeLessThan(20_000);
  });

  it('keeps our largest validator and decoder small in a handler', () => {
    expect(bundledRuntime(join(OWN.out, 'shipment-event', 'runtime.ts')).bytes).toBeLessThan(30_000);
  });

  it('comes out the same wherever the contracts and the output lie', () => {
    const texts = ['here', 'there/and/deeper'].map((place) => {
      const directory = copyOfWebOrder(folder, place);
      const out = join(dirname(directory), 'out');
      return [...renderContracts({ root: dirname(directory), out })].map(([file, text]) => [file.slice(out.length), text]);
    });
    expect(texts[0]).toEqual(texts[1]);
    expect(JSON.stringify(texts)).not.toContain(folder);
  });

  it('reads old and new majors side by side', () => {
    const directory = copyOfWebOrder(folder, 'two-majors');
    const second = join(directory, 'v2.schema.json');
    writeFileSync(second, readFileSync(join(directory, 'v1.schema.json')));
    editJson(second, (schema) => {
      schema['x-version'] = '2.0';
      (schema['properties'] as Record<string, unknown>)['schemaVersion'] = { type: 'string', pattern: '^2\\.' };
      (schema['required'] as string[]).push('currency');
    });
    const out = join(directory, '..', 'generated');
    generateContracts({ root: dirname(directory), out });
    const { contract } = bundledRuntime(join(out, 'web-order', 'runtime.ts'));
    const event = { source: 'SHOP:web', eventId: 'e', orderId: 'o', status: 'PAID', eventTime: '2026-11-20T10:00:00Z' };
    const broken = contract.versions.map(({ major, validate }) => validate({ ...event, schemaVersion: `${major}.0` }).map(({ path }) => path));
    expect(broken).toEqual([[], ['/currency']]);
  });

  it('names the file of a schema that no validator can be made of', () => {
    const directory = copyOfWebOrder(folder, 'bad-schema');
    editJson(join(directory, 'v1.schema.json'), (schema) => ((schema['properties'] as Record<string, unknown>)['source'] = { type: 'string', 'x-check': 'horoscope' }));
    expect(() => renderContracts({ root: dirname(directory), out: folder })).toThrow(/v1\.schema\.json.*"x-check": "horoscope" is not known\. Allowed: /);
  });

  it('describes in the dictionary every field, its rules and its weight', () => {
    const page = readFileSync(join(OWN.docs, 'shipment-event.md'), 'utf8');
    expect(page).toContain('| `eventTime` | date and time | unless operation is RETRACT | `reject` | RFC 3339 with offset, a real calendar date |');
    expect(page).toContain('| `publishedTime` | date and time | when operation is RETRACT; when eventClassifier is PLANNED, REQUESTED or ESTIMATED |');
    for (const heading of ['### `/location`', '### `/references/*`', '### Values', '## Samples', '## Reasons in quarantine', '## Versions']) expect(page).toContain(heading);
  });
});

describe('the reasons for quarantine in the dictionary', () => {
  it('are those that the archive function gives, and no others', () => {
    const lambdas = join(OWN_ROOT, '..', 'lambdas');
    const sources = ['archive-events', '_shared', '_shared/decode'].flatMap((room) => readdirSync(join(lambdas, room)).filter((name) => name.endsWith('.ts')).map((name) => readFileSync(join(lambdas, room, name), 'utf8')));
    const given = sources.flatMap((text) => [...text.matchAll(/(?:refuse\(|rule: )'([A-Z][A-Z0-9_]+)'/g)].map(([, rule]) => rule));
    expect([...new Set(given)].sort()).toEqual(Object.keys(QUARANTINE_RULES).sort());
  });
});
