// The house rules as lint: type-aware TypeScript rules, the size at which a reader loses the thread, the import arrows
// of docs/architecture.md (each shown to fail by a fixture in test/lint), and the purity of domain code.
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';
import { importZones } from './eslint/import-zones.mjs';
import { purity } from './eslint/purity.mjs';

const SOURCES = ['**/*.ts', '**/*.tsx'];

/** tsconfig knows the browser's names for the page's sake; on a server they are mistakes. */
const BROWSER_ONLY = ['window', 'document', 'navigator', 'location', 'history', 'localStorage', 'sessionStorage', 'requestAnimationFrame', 'alert', 'confirm', 'name', 'status', 'event', 'open', 'close', 'parent', 'top', 'self', 'origin', 'screen', 'length'];

export default tseslint.config(
  { ignores: ['node_modules/', 'cdk.out*/', '.waybill/', '.cache/', 'coverage/', 'contracts/generated/', 'test/lint/fixtures/', '**/*.mjs', '**/*.cjs', '**/*.js'] },
  {
    files: SOURCES,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json'] })], 'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] } },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: importZones, basePath: import.meta.dirname }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/prefer-nullish-coalescing': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'Node 24 runs our files as they are: use an `as const` object.' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      eqeqeq: ['error', 'always'],
    },
  },
  { files: SOURCES, ignores: ['dashboard/**', 'test/browser/**', 'test/dashboard/**'], rules: { 'no-restricted-globals': ['error', ...BROWSER_ONLY] } },
  { files: ['domain/**/*.ts'], ...purity },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    ...jest.configs['flat/recommended'],
    rules: {
      ...jest.configs['flat/recommended'].rules,
      'jest/no-disabled-tests': 'error',
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'fc.assert', '**.hasResourceProperties', '**.hasResource', 'assert*'] }],
      'max-lines-per-function': 'off',
    },
  },
);
