import { lakeEnvironment } from '../../../sandbox/lake-environment.ts';
import { setUpLake } from '../../../sandbox/supervisor/lake/set-up.ts';

/** The lake's interpreter; set up first where it is missing. */
export async function lakePython(): Promise<string> {
  return (lakeEnvironment() ?? (await setUpLake(() => undefined))).python;
}
