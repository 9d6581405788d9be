/** The front door of the CDK app: context, configuration, one stage. Run by the CDK command (cdk.json). */
import process from 'node:process';
import { App } from 'aws-cdk-lib';
import { cdkFlags } from '../lib/cdk-flags.ts';
import type { CommandContext } from '../lib/config/read-context.ts';
import { isMistake } from '../lib/mistakes.ts';
import { addPlatform } from '../lib/synthesize.ts';

try {
  // Not by itself at the end of the process: after a mistake it would write half an app.
  const app = new App({ autoSynth: false, context: cdkFlags() });
  const said = (name: keyof CommandContext): Partial<CommandContext> => {
    const value: unknown = app.node.tryGetContext(name);
    return typeof value === 'string' ? { [name]: value } : {};
  };
  addPlatform(app, { ...said('env'), ...said('config'), ...said('contracts'), ...said('destroy') }, process.cwd());
  app.synth();
} catch (error) {
  // A mistake of the person is said in words; only a mistake of ours deserves a stack trace.
  if (!isMistake(error)) throw error;
  process.stderr.write(`${error.message}\nNothing was synthesized.\n`);
  process.exitCode = 2;
}
