import { addDays, businessDay, isDay } from '../../domain/time/business-day.ts';

/** What a schedule or a person sends. */
export interface StartRequest {
  readonly machine: string;
  /** Business day, `YYYY-MM-DD`. @default - the one that ended last */
  readonly day?: string;
  /** Marks a run that a person wants beside the scheduled one; part of the run's name. */
  readonly again?: string;
  /** Handed to the machine as it is. */
  readonly input?: Readonly<Record<string, unknown>>;
}

export interface StartAnswer {
  readonly name: string;
  readonly day: string;
  readonly execution: string;
  /** False: a run of this name is or was there; nothing was started. */
  readonly started: boolean;
}

export interface StartPorts {
  /** ARN by machine name. */
  readonly machines: Readonly<Record<string, string>>;
  readonly businessTimeZone: string;
  /** Ms since 1970. */
  readonly now: () => number;
  /** @returns the execution's ARN, and whether this call started it. */
  readonly start: (run: { readonly machine: string; readonly name: string; readonly input: string }) => Promise<{ readonly execution: string; readonly started: boolean }>;
}

/** A request that cannot be understood: the message says what is wrong. */
export class StartRequestError extends Error {
  override readonly name = 'StartRequestError';
}

/** What people may mark a run with: part of an execution's name, which knows 80 characters of these. */
const MARK = /^[A-Za-z0-9-]{1,24}$/;

/**
 * Starts a machine for a business day under a name that follows from the day: two schedules, or a schedule whose answer was
 * lost, start one run.
 */
export function createHandler({ machines, businessTimeZone, now, start }: StartPorts): (request: StartRequest) => Promise<StartAnswer> {
  return async (request) => {
    const machine = machines[request.machine];
    if (machine === undefined) throw new StartRequestError(`machine: got ${JSON.stringify(request.machine)}; allowed: ${Object.keys(machines).join(', ')}`);
    const day = request.day ?? addDays(businessDay(now(), businessTimeZone), -1);
    if (!isDay(day)) throw new StartRequestError(`day: got ${JSON.stringify(day)}; allowed: a day of the calendar, for example "2026-11-20"`);
    if (request.again !== undefined && !MARK.test(request.again)) throw new StartRequestError(`again: got ${JSON.stringify(request.again)}; allowed: up to 24 letters, digits and hyphens`);
    const name = [request.machine, day, ...(request.again === undefined ? [] : [request.again])].join('-');
    const input = JSON.stringify({ ...request.input, day, run: name });
    return { name, day, ...(await start({ machine, name, input })) };
  };
}
