/**
 * Generates what follows from our own contracts, or with `--check` says what is out of date (exit code 1).
 * Usage: node contracts/generate/main.ts [--check] [--root <contracts>] [--out <folder>] [--docs <folder>] [--python <folder>]
 */
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { findDrift, generateContracts } from './generate-contracts.ts';

const CONTRACTS = resolve(import.meta.dirname, '..');

function main(): number {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, root: { type: 'string' }, out: { type: 'string' }, docs: { type: 'string' }, python: { type: 'string' } } });
  const root = values.root ?? CONTRACTS;
  const docs = values.docs ?? (root === CONTRACTS ? join(CONTRACTS, '..', 'docs', 'contracts') : undefined);
  const python = values.python ?? (root === CONTRACTS ? join(CONTRACTS, '..', 'glue-scripts', 'waybill_lake', 'generated') : undefined);
  const options = { root, out: values.out ?? join(root, 'generated'), ...(docs === undefined ? {} : { docs }), ...(python === undefined ? {} : { python }) };
  if (values.check === true) return report(options);
  const files = generateContracts(options);
  process.stdout.write(`${files.length} files generated from ${relative('.', root) || '.'}\n`);
  return 0;
}

function report(options: Parameters<typeof findDrift>[0]): number {
  const drift = findDrift(options);
  for (const { file, problem } of drift) process.stderr.write(`${relative('.', file)}   ${problem}\n`);
  if (drift.length === 0) return 0;
  process.stderr.write('Generated files are out of date. Regenerate: node bin/run.mjs contracts/generate/main.ts\n');
  return 1;
}

try {
  process.exitCode = main();
} catch (error) {
  // A wrong contract is a person's mistake: the message says what to write, a stack trace would hide it.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
