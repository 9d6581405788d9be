import { OUTPUTS } from '../../contracts/platform-names.ts';
import { isObject } from '../../contracts/json-object.ts';
import { WorldError } from '../errors.ts';
import type { Platform } from '../platform/platform.ts';

/** How the environment is configured for backfills; an output of the deployment. */
export interface BackfillSettings {
  readonly width: number;
  readonly daysPerRun: number;
  /** Glue workers of a run. */
  readonly workers: number;
}

export async function backfillSettings(platform: Platform): Promise<BackfillSettings> {
  const parsed: unknown = JSON.parse(await platform.output('batch', OUTPUTS.backfillSettings));
  const number = (name: keyof BackfillSettings): number => {
    const value = isObject(parsed) ? parsed[name] : undefined;
    if (typeof value !== 'number') throw new WorldError(`Output ${OUTPUTS.backfillSettings} of environment ${platform.env} has no "${name}".`, { todo: 'Deploy the current version of the platform to this environment.' });
    return value;
  };
  return { width: number('width'), daysPerRun: number('daysPerRun'), workers: number('workers') };
}
