/** Where the contracts of the tests are: our own, and one of another domain that nothing in the code knows. */
import { join } from 'node:path';

export const OWN_ROOT = join(import.meta.dirname, '..', '..', 'contracts');
export const FIXTURE_ROOT = join(import.meta.dirname, '..', 'fixtures', 'contracts');
