/** Spark for a suite: brings the lake's environment unless it is there. The first time on a machine this downloads 600 MB. */
import { execFile } from 'node:child_process';
import { NODE_24, PROJECT, SUPERVISOR } from './harness.ts';

/** @throws Error with the set-up's own words */
export function demandLake(): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(NODE_24, [SUPERVISOR, 'setup', '--lake'], { cwd: PROJECT }, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`the lake's environment could not be brought:\n${stdout}\n${stderr}`));
    });
  });
}
