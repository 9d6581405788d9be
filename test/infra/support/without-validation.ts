/**
 * The CDK validates all that it synthesizes with an engine that takes a second to come up in each test file, and its findings are
 * read in one place: `synthesizeNow` asks for them, and switches it on for as long.
 */
import process from 'node:process';

/** The CDK's own variable. */
export const VALIDATION = 'CDK_VALIDATION';

process.env[VALIDATION] = 'false';
