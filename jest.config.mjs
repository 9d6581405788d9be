/**
 * Three suites by file name: `*.test.ts` is quick (no child processes beyond a bundler, no ports held for long),
 * `*.slow.test.ts` starts real parts: the sandbox, Python, Node 24 workers; `*.full.test.ts` are proofs that take minutes.
 * Snapshots never write themselves (`--ci`).
 */
const shared = {
  testEnvironment: 'node',
  transform: { '^.+\\.(ts|mjs)$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'commonjs' } }] },
  modulePathIgnorePatterns: ['/cdk.out', '/.waybill/'],
};
export default {
  projects: [
    { ...shared, displayName: 'quick', testMatch: ['<rootDir>/test/**/*.test.ts'], testPathIgnorePatterns: ['\\.(slow|full)\\.test\\.ts$', '/node_modules/'] },
    { ...shared, displayName: 'slow', testMatch: ['<rootDir>/test/**/*.slow.test.ts'] },
    { ...shared, displayName: 'full', testMatch: ['<rootDir>/test/**/*.full.test.ts'] },
  ],
};
