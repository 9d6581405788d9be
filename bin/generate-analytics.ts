/** Writes docs/analytics: what Redshift and QuickSight read the lake with. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyticsFiles } from '../lib/analytics/analytics-files.ts';

const TARGET = join(import.meta.dirname, '..', 'docs', 'analytics');

mkdirSync(TARGET, { recursive: true });
for (const [path, content] of analyticsFiles()) {
  writeFileSync(join(TARGET, path), content);
  console.log(`docs/analytics/${path}`);
}
