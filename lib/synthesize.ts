import { isAbsolute, join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { chooseEnvironment } from './config/read-context.ts';
import type { ChosenEnvironment, CommandContext } from './config/read-context.ts';
import { removalPolicyOf } from './config/removal.ts';
import { validateConfig } from './config/validate-config.ts';
import { PROJECT_ROOT } from './constructs/bundled-function/bundle-handler.ts';
import { loadContracts, loadLakeModel } from './contracts/deployed-contract.ts';
import { PlatformStage } from './stages/platform-stage.ts';

/** Our own contracts; `-c contracts=` names another folder instead. */
const OUR_CONTRACTS = join(PROJECT_ROOT, 'contracts');

/** Context, then configuration, then one stage. @throws ConfigError, ContextError and the contracts' errors, all in words for people. */
export function addPlatform(app: App, context: CommandContext, cwd: string): PlatformStage {
  const chosen = chooseEnvironment(context, cwd);
  const root = contractsRoot(context, cwd);
  const contracts = loadContracts(root);
  const names = contracts.map(({ descriptor }) => descriptor.name);
  const config = validateConfig({ input: withoutForeignStreams(chosen, names), source: chosen.source, contracts: names });
  return new PlatformStage(app, { config, contracts, lakeModel: loadLakeModel(root), removalPolicy: removalPolicyOf(config, context.destroy) });
}

function contractsRoot({ contracts }: CommandContext, cwd: string): string {
  if (contracts === undefined) return OUR_CONTRACTS;
  return isAbsolute(contracts) ? contracts : join(cwd, contracts);
}

/** Our own environments size our own streams; in somebody else's folder of contracts these may be absent. */
function withoutForeignStreams({ input, ours }: ChosenEnvironment, contracts: readonly string[]): unknown {
  if (!ours || typeof input !== 'object' || input === null || !('streams' in input)) return input;
  const streams = Object.entries(input.streams as object).filter(([name]) => contracts.includes(name));
  return { ...input, streams: Object.fromEntries(streams) };
}
