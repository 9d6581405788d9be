/** Contracts as the CLI uses them: the generated runtime, by name, from the project or from the user's own folder. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ContractRuntime } from '../../contracts/model.ts';
import { UsageError } from '../errors.ts';

const GENERATED = join(import.meta.dirname, '..', '..', 'contracts', 'generated');

export const contractNames = (): string[] => readdirSync(GENERATED, { withFileTypes: true }).filter((each) => each.isDirectory() && existsSync(join(GENERATED, each.name, 'runtime.ts'))).map((each) => each.name).sort();

export async function loadContract(name: string): Promise<ContractRuntime> {
  const file = join(GENERATED, name, 'runtime.ts');
  if (!existsSync(file)) throw new UsageError(`There is no contract "${name}".`, { todo: `Allowed: ${contractNames().join(', ')}. Example: --contract ${contractNames()[0] ?? 'shipment-event'}` });
  const module = (await import(pathToFileURL(file).href)) as { contract: ContractRuntime };
  return module.contract;
}
