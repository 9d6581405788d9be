import type { EnvironmentInput } from '../platform-config.ts';
import { dev } from './dev.ts';
import { local } from './local.ts';
import { prod } from './prod.ts';
import { staging } from './staging.ts';

/** The environments that come with the platform, by the name given as `-c env=`. */
export const ENVIRONMENTS: Readonly<Record<string, EnvironmentInput>> = { local, dev, staging, prod };
