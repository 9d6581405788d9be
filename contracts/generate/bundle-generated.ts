import { buildSync } from 'esbuild';
import { join } from 'node:path';
import { SchemaError } from '../schema/json-schema.ts';

const VALIDATION = join(import.meta.dirname, '..', 'validation');

/**
 * Generated code and what it imports from `validation` as one module without imports. The places of our own files are left out of it: it must come out the
 * same wherever the repository lies.
 *
 * @param unused names whose import is dropped; what they stand for is not known to be free of effects, so the bundler would keep it.
 */
export function bundleGenerated(entry: string, unused: readonly string[]): string {
  const contents = unused.reduce((code, name) => code.replace(new RegExp(`^import \\{ ${name} \\}.*\\n`, 'm'), ''), entry);
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: VALIDATION, sourcefile: 'generated.js', loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'silent',
    charset: 'utf8',
  });
  const [file] = outputFiles;
  if (file === undefined) throw new SchemaError('The generated code could not be bundled.');
  return file.text;
}
