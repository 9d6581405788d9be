import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from './constructs/bundled-function/bundle-handler.ts';

/**
 * The CDK's feature flags as our cdk.json sets them. The command reads that file only in its own folder; people who run
 * the app from theirs must get the same templates, so the app brings the flags itself.
 */
export function cdkFlags(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  return context;
}
