import type { Verb } from '../command.ts';
import { backfill } from './backfill.ts';
import { breakThing } from './break.ts';
import { catchUp } from './catch-up.ts';
import { compareLogic } from './compare-logic.ts';
import { contract } from './contract.ts';
import { executions } from './executions.ts';
import { lag } from './lag.ts';
import { logs } from './logs.ts';
import { promote } from './promote.ts';
import { put } from './put.ts';
import { quality } from './quality.ts';
import { quarantine } from './quarantine.ts';
import { query } from './query.ts';
import { replayQuarantine } from './replay.ts';
import { redrive } from './redrive.ts';
import { sandbox } from './sandbox.ts';
import { runMachine } from './run.ts';
import { simulate } from './simulate.ts';
import { skip } from './skip.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { track } from './track.ts';
import { watch } from './watch.ts';

/** Every verb, in the order of `waybill --help`. */
export const VERBS: readonly Verb[] = [start, sandbox, status, executions, lag, logs, track, watch, put, simulate, query, quality, quarantine, skip, redrive, catchUp, replayQuarantine, runMachine, backfill, compareLogic, promote, contract, breakThing];
