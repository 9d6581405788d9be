/**
 * Three suites by file name: `*.test.ts` is quick (no child processes beyond a bundler, no ports held for long),
 * `*.slow.test.ts` starts real parts: the sandbox, Python, Node 24 workers; `*.full.test.ts` are proofs that take minutes.
 * Snapshots never write themselves (`--ci`).
 */
const shared = {
  testEnvironment: 'node',
  transform: { '^.+\\.(ts|mjs)$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'commonjs' } }] },
  // Handed to each module: inside Jest's sandbox every other look at a global takes a detour, which made simulated worlds four times as slow.
  // None that a test may replace, as the clock.
  sandboxInjectedGlobals: ['Array', 'BigInt', 'Buffer', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Set', 'String', 'Uint8Array'],
  modulePathIgnorePatterns: ['/cdk.out', '/.waybill/'],
};
/** Quick tests ask for templates many times, and once for what the CDK's own validation says of them: see the set-up. */
const unvalidated = { setupFiles: ['<rootDir>/test/infra/support/without-validation.ts'] };
/** What the end-to-end tests of one run share: see test/e2e/template.ts. */
const sharedDeployment = { globalSetup: '<rootDir>/test/e2e/template-run.ts', globalTeardown: '<rootDir>/test/e2e/template-end.ts' };
export default {
  // A guard against tests that hang, not a measure: on a busy machine a test of one second can take many.
  testTimeout: 60_000,
  testSequencer: '<rootDir>/test/longest-first.mjs',
  projects: [
    { ...shared, displayName: 'quick', testMatch: ['<rootDir>/test/**/*.test.ts'], testPathIgnorePatterns: ['\\.(slow|full)\\.test\\.ts$', '/node_modules/'], ...unvalidated },
    { ...shared, displayName: 'slow', testMatch: ['<rootDir>/test/**/*.slow.test.ts'], ...sharedDeployment },
    { ...shared, displayName: 'full', testMatch: ['<rootDir>/test/**/*.full.test.ts'], ...sharedDeployment },
  ],
};
