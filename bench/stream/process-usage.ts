/** CPU and memory of processes, from /proc (Linux): where there is no /proc the figures are missing, and the bench says so. */
import { existsSync, readFileSync } from 'node:fs';

export interface Usage {
  /** User and system time since the process began, seconds. */
  readonly cpuSeconds: number;
  readonly residentMb: number;
}

/** Ticks a second of /proc/<pid>/stat; 100 on every Linux that Node runs on. */
const TICKS = 100;

export function usageOf(pid: number): Usage | undefined {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return undefined;
  // The second field is the command in parentheses and may hold blanks: fields are counted from behind it.
  const stat = readFileSync(file, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS, residentMb: Number(resident ?? 0) / 1024 };
}
