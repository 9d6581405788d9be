import { readFileSync } from 'node:fs';
import { UsageError } from '../errors.ts';

/** A tolerance file as it is; the job says what in it cannot be understood. @throws UsageError when it is no JSON, or not there */
export function readTolerances(file: string): Buffer {
  try {
    const bytes = readFileSync(file);
    JSON.parse(bytes.toString('utf8'));
    return bytes;
  } catch (error) {
    throw new UsageError(`--tolerances ${file}: ${error instanceof Error ? error.message : String(error)}`, { todo: 'Example of the file: {"tables": {"cost_daily": {"shipping_cost": {"relative": 0.01}}}}', cause: error });
  }
}
