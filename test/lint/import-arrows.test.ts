import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const HOUSE = join(import.meta.dirname, 'fixtures');

/** What each room may import beside itself (docs/architecture.md). Written out here, so that a loosened rule shows. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  domain: ['contracts'],
  lambdas: ['contracts', 'domain'],
  lib: ['contracts', 'lambdas/archive-events/names'],
  bin: ['lib', 'contracts'],
  producer: ['contracts'],
  simulator: ['contracts'],
  sandbox: [],
  cli: ['contracts', 'domain', 'producer', 'simulator'],
  dashboard: ['contracts'],
  bench: ['bin', 'lib', 'lambdas', 'domain', 'contracts', 'producer', 'simulator', 'sandbox', 'cli', 'dashboard', 'lambdas/archive-events/names'],
};
const ROOMS = [...Object.keys(ARROWS), 'test'];

interface Reported {
  readonly line: number;
  readonly rule: string;
}

/** Files of two rooms, and the rules that the project's own configuration has for them. */
const [LIB, DOMAIN] = ['lib/stacks/lake-stack.ts', 'domain/mapping/apply.ts'] as const;
type Rules = Record<string, [number, ...unknown[]]>;

/** Everything that eslint says about the small house in fixtures/, by file. */
let reports: ReadonlyMap<string, readonly Reported[]>;
let rules: Record<typeof LIB | typeof DOMAIN, Rules>;

/** All that is asked of eslint, in one process: it takes most of its time to load. */
const ASK = `
const { ESLint } = await import('eslint');
const [root, house, ...files] = process.argv.slice(1);
const reports = await new ESLint({ cwd: house, overrideConfigFile: 'eslint.config.mjs', ignore: false }).lintFiles(['.']);
const project = new ESLint({ cwd: root });
const rules = await Promise.all(files.map(async (file) => [file, (await project.calculateConfigForFile(file)).rules]));
process.stdout.write(JSON.stringify({ reports, rules: Object.fromEntries(rules) }));
`;

beforeAll(() => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', ASK, ROOT, HOUSE, LIB, DOMAIN], { cwd: ROOT, encoding: 'utf8', maxBuffer: 50_000_000 });
  if (stdout === '') throw new Error(`eslint said nothing on stdout: ${stderr}`);
  const said = JSON.parse(stdout) as { reports: { filePath: string; messages: { line: number; ruleId: string }[] }[]; rules: typeof rules };
  reports = new Map(said.reports.map(({ filePath, messages }) => [filePath.slice(HOUSE.length + 1), messages.map(({ line, ruleId }) => ({ line, rule: ruleId }))]));
  ({ rules } = said);
}, 60_000);

/** What the room's fixture imports, split by what the linter says of each line. */
function imports(room: string): { allowed: string[]; refused: string[] } {
  const file = `${room}/deep/imports-everything.ts`;
  const lines = readFileSync(join(HOUSE, file), 'utf8').split('\n');
  const found = lines.flatMap((text, index) => {
    const target = /^import '\.\.\/\.\.\/(.+?)(?:\/thing)?\.ts';$/.exec(text)?.[1];
    return target === undefined ? [] : [{ target, line: index + 1 }];
  });
  const refused = new Set((reports.get(file) ?? []).filter(({ rule }) => rule === 'import-x/no-restricted-paths').map(({ line }) => line));
  const others = found.filter(({ target }) => target !== room && !target.startsWith(`${room}/`));
  return { allowed: others.filter(({ line }) => !refused.has(line)).map(({ target }) => target), refused: others.filter(({ line }) => refused.has(line)).map(({ target }) => target) };
}

describe('the import arrows', () => {
  it.each(Object.entries(ARROWS))('%s may import exactly: %j', (room, arrows) => {
    const { allowed, refused } = imports(room);
    expect(allowed.sort()).toEqual([...arrows].sort());
    const everything = [...ROOMS, 'lambdas/archive-events/names'].filter((target) => target !== room && !target.startsWith(`${room}/`));
    expect(refused.sort()).toEqual(everything.filter((target) => !arrows.includes(target)).sort());
  });

  it('allow a room its own files', () => {
    const own = ROOMS.map((room) => {
      const file = `${room}/deep/imports-everything.ts`;
      const line = readFileSync(join(HOUSE, file), 'utf8').split('\n').indexOf(`import '../../${room}/thing.ts';`) + 1;
      return { room, reported: reports.get(file)?.some((report) => report.line === line) };
    });
    expect(own).toEqual(ROOMS.map((room) => ({ room, reported: false })));
  });

  it('are refused of nobody else: nothing may import test', () => {
    expect(Object.keys(ARROWS).filter((room) => !imports(room).refused.includes('test'))).toEqual([]);
  });
});

describe('the purity of domain code', () => {
  it('refuses every marked line, by the rule that is named on it, and no other line', () => {
    const marked = readFileSync(join(HOUSE, 'domain', 'impure.ts'), 'utf8').split('\n').flatMap((text, index) => {
      const rule = /\/\/ refused: (\S+)$/.exec(text)?.[1];
      return rule === undefined ? [] : [{ line: index + 1, rule }];
    });
    expect(marked).toHaveLength(26);
    expect(reports.get('domain/impure.ts')).toEqual(marked);
  });
});

describe('the project\'s own configuration', () => {
  it('applies the arrows as errors to every room, and purity to domain', () => {
    const { [LIB]: lib, [DOMAIN]: domain } = rules;
    for (const room of [lib, domain]) {
      const [severity, { basePath, zones }] = room['import-x/no-restricted-paths'] as [number, { zones: { target: string }[]; basePath: string }];
      expect([severity, basePath]).toEqual([2, ROOT]);
      expect([...new Set(zones.map(({ target }) => target))].sort()).toEqual(Object.keys(ARROWS).map((room) => `./${room}/**/*`).sort());
    }
    for (const rule of ['no-restricted-imports', 'no-restricted-globals', 'no-restricted-properties', 'no-restricted-syntax']) expect([rule, domain[rule]?.[0]]).toEqual([rule, 2]);
    // Elsewhere only the browser's names are refused.
    expect(lib['no-restricted-globals']).toContain('document');
    expect(JSON.stringify(lib['no-restricted-globals'])).not.toContain('process');
  });
});
