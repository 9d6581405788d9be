/** The functions of a synthesized environment as they are packaged: what Lambda would unpack. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { App } from 'aws-cdk-lib';
import { cdkFlags } from '../lib/cdk-flags.ts';
import { addPlatform } from '../lib/synthesize.ts';

export interface PackagedFunction {
  /** Construct's name, e.g. `ArchiveEventsShipmentEvent`. */
  readonly name: string;
  /** Folder that is zipped: index.mjs, and what the function hands out. */
  readonly directory: string;
  /** Names of the variables that the template sets. */
  readonly variables: readonly string[];
  /** Bytes of index.mjs, and of a zip with it. */
  readonly bytes: number;
  readonly zipBytes: number;
}

interface LambdaProperties {
  readonly Code: { readonly S3Key: string };
  readonly Environment?: { readonly Variables: Readonly<Record<string, unknown>> };
}

/** Headers of a zip with one entry: local header, directory entry, end record, the name twice. */
const ZIP_OVERHEAD = 30 + 46 + 22 + 2 * 'index.mjs'.length;

/** Synthesizes the environment into `outdir` and reads its functions from there; the folders live as long as `outdir`. */
export function packagedFunctions({ env, outdir }: { readonly env: string; readonly outdir: string }): readonly PackagedFunction[] {
  const app = new App({ outdir, context: cdkFlags() });
  const stage = addPlatform(app, { env }, process.cwd());
  app.synth();
  const templates = stage.synth().stacks.map(({ template }) => template as { Resources: Record<string, { Type: string; Properties: LambdaProperties }> });
  return templates
    .flatMap(({ Resources }) => Object.entries(Resources))
    .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
    .map(([id, { Properties }]) => packaged({ id, properties: Properties, outdir }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function packaged({ id, properties, outdir }: { id: string; properties: LambdaProperties; outdir: string }): PackagedFunction {
  const directory = join(outdir, `asset.${properties.Code.S3Key.replace(/\.zip$/, '')}`);
  const code = readFileSync(join(directory, 'index.mjs'));
  return {
    name: id.replace(/Function\w{8}$/, ''),
    directory,
    variables: Object.keys(properties.Environment?.Variables ?? {}),
    bytes: code.byteLength,
    zipBytes: deflateRawSync(code, { level: 9 }).byteLength + ZIP_OVERHEAD,
  };
}
