import { join, relative } from 'node:path';
import { checkContract, publishVersion } from '../../contracts/compatibility/check-contract.ts';
import { generateContracts } from '../../contracts/generate/generate-contracts.ts';
import { loadContract } from '../../contracts/load-contract.ts';
import { newContract } from '../../contracts/new-contract.ts';
import { readJson } from '../../contracts/catalog.ts';
import { validateEvent } from '../../contracts/validation/validate-event.ts';
import { temporaryFolder } from './temporary-folder.ts';

const root = temporaryFolder();

describe('a new contract', () => {
  it('generates, passes its check and can be published as it is written', () => {
    const files = newContract({ root, name: 'cold-chain-reading', owner: 'cold-chain' });
    const directory = join(root, 'cold-chain-reading');
    expect(files).toContain(join(directory, 'contract.json'));
    const generated = generateContracts({ root, out: join(root, 'generated'), docs: join(root, 'docs'), python: join(root, 'python') }).map((file) => relative(root, file));
    expect(generated).toEqual(expect.arrayContaining(['generated/lake.json', 'generated/cold-chain-reading/v1.types.ts', 'generated/cold-chain-reading/runtime.ts', 'python/cold_chain_reading.py', 'docs/cold-chain-reading.md']));
    expect(checkContract(directory)).toMatchObject({ ok: true, publishable: ['1.0'] });
    // Days of gold are judged by rules, and a contract without any stops them.
    expect(readJson(join(directory, 'quality.json'))).toMatchObject({ owner: 'cold-chain', rules: [{ kind: 'uniqueness', severity: 'halt' }, { kind: 'reconciliation', severity: 'halt' }] });
    publishVersion(directory, '1.0');
    expect(checkContract(directory)).toMatchObject({ publishable: [], majors: [{ verdict: 'unchanged' }] });
  });

  it('has samples that are good and bad as they say, and the key that was asked for', () => {
    newContract({ root, name: 'yard-visit', entityKey: 'gatePass' });
    const directory = join(root, 'yard-visit');
    const contract = loadContract(directory);
    const bad = readJson(join(directory, 'samples', 'bad', 'eventTime.format.json')) as { breaks: object; event: unknown };
    expect(contract.descriptor).toMatchObject({ entityKey: 'gatePass', identity: ['source', 'eventId'] });
    expect(validateEvent(contract, readJson(join(directory, 'samples', 'good', 'first.json')))).toEqual([]);
    expect(validateEvent(contract, bad.event)).toEqual([expect.objectContaining(bad.breaks)]);
  });

  it.each(['Web Order', 'web_order', 'x', '-order', 'order-', 'a--b', '9lives', '../order', 'a'.repeat(41)])('refuses the name %j', (name) => {
    expect(() => newContract({ root, name })).toThrow(/kebab-case, 3 to 40 characters\. Example: web-order/);
  });

  it('never writes over a directory that is there', () => {
    newContract({ root, name: 'dock-slot' });
    expect(() => newContract({ root, name: 'dock-slot' })).toThrow(/exists already/);
  });
});
