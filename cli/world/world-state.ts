/** The sandbox's world remembers its seed and how far it has lived, so that a stopped sandbox goes on where it was. */
import { join } from 'node:path';
import { readStateFile, writeStateFile } from '../state-file.ts';

export interface WorldState {
  readonly seed: number;
  /** Moment at which history ended and life began, epoch ms; the world is a function of seed and this. */
  readonly bornAt: number;
  readonly days: number;
  /** Everything before this moment is on the streams, epoch ms. Undefined while history is being put. */
  readonly livedUntil?: number;
}

const fileIn = (dir: string): string => join(dir, 'world.json');

export const readWorld = (dir: string): WorldState | undefined =>
  readStateFile(fileIn(dir), ({ number, optionalNumber }) => {
    const livedUntil = optionalNumber('livedUntil');
    return { seed: number('seed'), bornAt: number('bornAt'), days: number('days'), ...(livedUntil === undefined ? {} : { livedUntil }) };
  });

export const writeWorld = (dir: string, state: WorldState): void => writeStateFile(fileIn(dir), state);
