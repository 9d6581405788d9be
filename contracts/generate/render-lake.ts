/** The lake's generated files: the model that jobs read, the Python types of events; and the regions of the reference files. */
import { join, resolve } from 'node:path';
import type { Catalog, CatalogContract } from '../catalog.ts';
import { lakeModel } from '../lake/lake-model.ts';
import { pascal } from '../platform-names.ts';
import { dereference } from '../schema/dereference.ts';
import { renderPython } from './render-python.ts';
import { renderRegions } from './render-regions.ts';

export const LAKE_FILE = 'lake.json';

/** The lake's files by absolute name. `python`: folder for the Python types; none are made when absent. */
export function renderLake(catalog: Catalog, { out, python }: { readonly out: string; readonly python?: string }): [string, string][] {
  const model: [string, string] = [join(resolve(out), LAKE_FILE), `${JSON.stringify(lakeModel(catalog), null, 2)}\n`];
  const regions = renderRegions(catalog.root, out);
  if (python === undefined) return [model, ...regions];
  return [model, ...regions, ...catalog.contracts.map((contract): [string, string] => [join(resolve(python), `${contract.name.replaceAll('-', '_')}.py`), renderTypesOf(contract)])];
}

function renderTypesOf({ name, schemas }: CatalogContract): string {
  const versions = schemas.map(({ major, schema }) => ({ typeName: `${pascal(name)}V${major}`, schema: dereference(schema) }));
  return renderPython(versions, `# Generated from the contract ${name}: do not edit. Regenerate: node bin/run.mjs contracts/generate/main.ts`);
}
