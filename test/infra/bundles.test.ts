import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findInCache, pruneCache } from '../../lib/cache/prune-cache.ts';
import { BundleError, bundleHandler } from '../../lib/constructs/bundled-function/bundle-handler.ts';
import { loadContracts } from '../../lib/contracts/deployed-contract.ts';
import { PROJECT_ROOT } from './support/synthesize.ts';

const contractRuntime = (name: string): string => loadContracts(join(PROJECT_ROOT, 'contracts')).find(({ descriptor }) => descriptor.name === name)?.runtimeFile ?? '';

describe('a bundled handler', () => {
  it('is one ES module named by its content, without a source map and without this machine in it', () => {
    const { directory, bytes } = bundleHandler({ lambda: 'archive-events', contractRuntime: contractRuntime('shipment-event') });
    expect(readdirSync(directory)).toEqual(['index.mjs']);
    expect(basename(directory)).toMatch(/^archive-events-[0-9a-f]{16}$/);
    const code = readFileSync(join(directory, 'index.mjs'), 'utf8');
    expect(Buffer.byteLength(code)).toBe(bytes);
    expect(code).not.toContain('sourceMappingURL');
    expect(code).not.toContain(PROJECT_ROOT);
    expect(code).toMatch(/export\{\w+ as handler\}/);
  });

  it('is bundled once for the same request, and is another one for another contract', () => {
    const request = { lambda: 'archive-events', contractRuntime: contractRuntime('shipment-event') };
    expect(bundleHandler({ ...request })).toBe(bundleHandler(request));
    expect(bundleHandler({ ...request, contractRuntime: contractRuntime('vehicle-position') }).directory).not.toBe(bundleHandler(request).directory);
  });

  it('brings its own require only where a package calls it', () => {
    const code = readFileSync(join(bundleHandler({ lambda: 'tracking-api' }).directory, 'index.mjs'), 'utf8');
    expect(code.includes('createRequire')).toBe(code.includes('Dynamic require of'));
  });

  it('says which file is missing', () => {
    expect(() => bundleHandler({ lambda: 'no-such-function' })).toThrow(BundleError);
    expect(() => bundleHandler({ lambda: 'no-such-function' })).toThrow(/Function no-such-function cannot be bundled: .*lambdas\/no-such-function\/handler\.ts does not exist/);
  });
});

describe('the contracts of a folder', () => {
  it('are generated to the same place as long as they say the same', () => {
    expect(contractRuntime('shipment-event')).toBe(contractRuntime('shipment-event'));
    expect(readFileSync(contractRuntime('shipment-event'), 'utf8')).toContain('"name": "shipment-event"');
  });
});

describe('a cache folder', () => {
  it('forgets what nobody has used for a day and keeps the rest', () => {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-cache-'));
    const now = Date.parse('2026-11-21T12:00:00Z');
    for (const [name, hours] of [['old', 25], ['young', 23], ['old but used', 25]] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'file'), '');
      utimesSync(join(folder, name), now / 1_000 - hours * 3_600, now / 1_000 - hours * 3_600);
    }
    expect([findInCache(join(folder, 'old but used'), now), findInCache(join(folder, 'never made'), now)]).toEqual([true, false]);
    pruneCache(folder, now);
    const left = ['old', 'young', 'old but used'].filter((name) => existsSync(join(folder, name)));
    rmSync(folder, { recursive: true });
    expect(left).toEqual(['young', 'old but used']);
  });
});
