/** Facts about processes, by pid: alive, memory, who holds a port. Linux tells by /proc, other systems by `ps` and `lsof`. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !isZombie(pid);
}

/** A child that has ended and that nobody has asked about still has a pid. */
function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z') === true;
  } catch {
    return false;
  }
}

/** Resident memory in bytes; undefined when the process is gone. */
export function residentBytes(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
  } catch {
    return residentByPs(pid);
  }
}

function residentByPs(pid: number): number | undefined {
  try {
    const kilobytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return Number.isFinite(kilobytes) && kilobytes > 0 ? kilobytes * 1024 : undefined;
  } catch {
    return undefined;
  }
}

/** First words of the command line, for a person. Empty when unknown. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 120);
  } catch {
    return '';
  }
}

/** Pid of the process that listens on a local TCP port, if this user may know it. */
export function listenerOf(port: number): number | undefined {
  const inode = listeningInode(port);
  return inode === undefined ? undefined : holderOf(`socket:[${inode}]`);
}

/** Inode of a listening socket in /proc/net/tcp: column 1 is the local address, column 3 the state (0A = LISTEN), column 9 the inode. */
function listeningInode(port: number): string | undefined {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of linesOf(table)) {
      const columns = line.trim().split(/\s+/);
      if (columns[1]?.endsWith(wanted) === true && columns[3] === '0A') return columns[9];
    }
  }
  return undefined;
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function holderOf(socket: string): number | undefined {
  for (const entry of safely(() => readdirSync('/proc'))) {
    if (!/^\d+$/.test(entry)) continue;
    const folder = `/proc/${entry}/fd`;
    if (safely(() => readdirSync(folder)).some((descriptor) => linkOf(`${folder}/${descriptor}`) === socket)) return Number(entry);
  }
  return undefined;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function safely(read: () => string[]): string[] {
  try {
    return read();
  } catch {
    return [];
  }
}

/** Resolves to true when the process is gone within the time. */
export async function goneWithin(pid: number, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}

/** Asks a process to end and ends it when it does not within the time. @returns whether it ended by itself. */
export async function endProcess(pid: number, graceMilliseconds: number): Promise<boolean> {
  if (!isAlive(pid)) return true;
  sendSignal(pid, 'SIGTERM');
  if (await goneWithin(pid, graceMilliseconds)) return true;
  sendSignal(pid, 'SIGKILL');
  await goneWithin(pid, 2_000);
  return false;
}

export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in the meantime, which is what the signal was for.
  }
}
