import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { STACKS, stackName } from '../../../contracts/platform-names.ts';
import { cdkFlags } from '../../../lib/cdk-flags.ts';
import type { CommandContext } from '../../../lib/config/read-context.ts';
import type { PlatformStage } from '../../../lib/stages/platform-stage.ts';
import { addPlatform } from '../../../lib/synthesize.ts';
import { PROJECT_ROOT } from './synthesize.ts';
import type { Acknowledgement, Synthesized, SynthesizedStack, TemplateJson } from './synthesize.ts';
import { VALIDATION } from './without-validation.ts';

/** What costs a third of a synthesis and shows in no template: where each construct was made, and a copy of every asset. */
const SPARED = { 'aws:cdk:disable-stack-trace': true, 'aws:cdk:disable-asset-staging': true };

/** Synthesizes, and asks every checker for its opinion. */
export function synthesizeNow(context: CommandContext, outdir: string): Synthesized {
  const app = new App({ context: { ...cdkFlags(), ...SPARED }, outdir });
  const stage = addPlatform(app, context, PROJECT_ROOT);
  validated(() => app.synth());
  return {
    stacks: stacksOf(stage),
    alarms: stage.alarms.alarms.map(({ name, kind, subject }) => ({ name, kind: kind.id, subject })),
    nag: new AwsSolutionsChecks(app).validateScope(app).violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath ?? '?'}`)),
    validation: validationFindings(outdir),
    acknowledgements: app.node.findAll().flatMap(acknowledgementsOf),
  };
}

function validated(synth: () => void): void {
  const before = process.env[VALIDATION];
  delete process.env[VALIDATION];
  try {
    synth();
  } finally {
    if (before !== undefined) process.env[VALIDATION] = before;
  }
}

function stacksOf(stage: PlatformStage): Synthesized['stacks'] {
  const { stacks } = stage.synth();
  const entries = STACKS.flatMap((kind): [string, SynthesizedStack][] => {
    const artifact = stacks.find((stack) => stack.stackName === stackName(stage.node.id, kind));
    if (artifact === undefined) return [];
    const after = artifact.dependencies.map(({ id }) => stacks.find((stack) => stack.id === id)?.stackName).filter((name) => name !== undefined);
    return [[kind, { name: artifact.stackName, terminationProtection: artifact.terminationProtection === true, after, template: artifact.template as TemplateJson }]];
  });
  return Object.fromEntries(entries);
}

function validationFindings(outdir: string): string[] {
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as { pluginReports: { pluginName: string; violations: { ruleName: string }[] }[] };
  return report.pluginReports.flatMap(({ pluginName, violations }) => violations.map(({ ruleName }) => `${pluginName}: ${ruleName}`));
}

function acknowledgementsOf(construct: IConstruct): Acknowledgement[] {
  return construct.node.metadata
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(data as Record<string, string>).map(([id, reason]) => ({ path: construct.node.path, id, reason })));
}
