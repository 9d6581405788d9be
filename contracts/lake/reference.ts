/** Reads and checks the reference files (contracts/reference/README.md): every mistake of all files at once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../catalog.ts';
import type { FileMistake } from '../descriptor.ts';
import { ContractFileError } from '../descriptor.ts';
import { parseCsv } from './reference-csv.ts';
import type { Region, RateCard, RateCards } from './reference-rules.ts';
import { calendarMistakes, laneMistakes, levelMistakes, locationMistakes, rateMistakes, regionMistakes } from './reference-rules.ts';

export type ReferenceRow = Readonly<Record<string, string>>;

export interface ReferenceData {
  readonly locations: readonly ReferenceRow[];
  readonly regions: readonly Region[];
  readonly lanes: readonly ReferenceRow[];
  readonly rateCards: RateCards;
  readonly serviceLevels: readonly ReferenceRow[];
  readonly calendars: readonly ReferenceRow[];
}

export type { RateCard, RateCards, Region };

/** Files of the reference data, by what they hold. */
export const REFERENCE_FILES = { locations: 'locations.csv', regions: 'regions.json', lanes: 'lanes.csv', rateCards: 'rate-cards.json', serviceLevels: 'service-levels.csv', calendars: 'calendars.csv' } as const;

/** @throws ContractFileError with every mistake of every file, SchemaError for a file that is missing or no JSON */
export function readReference(folder: string): ReferenceData {
  const table = (file: string): readonly ReferenceRow[] => parseCsv(readFileSync(join(folder, file), 'utf8'), file);
  const data: ReferenceData = {
    locations: table(REFERENCE_FILES.locations),
    regions: (readJson(join(folder, REFERENCE_FILES.regions)) as { regions: Region[] }).regions,
    lanes: table(REFERENCE_FILES.lanes),
    rateCards: readJson(join(folder, REFERENCE_FILES.rateCards)) as RateCards,
    serviceLevels: table(REFERENCE_FILES.serviceLevels),
    calendars: table(REFERENCE_FILES.calendars),
  };
  const mistakes = referenceMistakes(data);
  if (mistakes.length > 0) throw new ContractFileError(folder, mistakes);
  return data;
}

/** What is wrong with reference data; empty when all is well. */
export function referenceMistakes({ locations, regions, lanes, rateCards, serviceLevels, calendars }: ReferenceData): FileMistake[] {
  return [...locationMistakes(locations, regions), ...regionMistakes(regions), ...laneMistakes(lanes, locations), ...rateMistakes(rateCards, locations), ...levelMistakes(serviceLevels), ...calendarMistakes(calendars)];
}
