import type { Command } from 'commander';
import type { Io } from './output/io.ts';
import type { Platform } from './platform/platform.ts';

/** Options that every command takes, before or after its name. */
export interface GlobalOptions {
  /** Environment to work on. @default "local", the sandbox */
  readonly env: string;
  readonly profile?: string;
  readonly region?: string;
  readonly json?: boolean;
  /** Folder of the sandbox's state. @default .waybill in the project */
  readonly dir?: string;
}

/** What a command is given to do its work with. */
export interface Context {
  readonly io: Io;
  readonly options: GlobalOptions;
  /** Connects on first use: commands that need no platform never look for one. */
  readonly platform: () => Promise<Platform>;
  /** Prints the document for programs (`--json`), or the text for people. */
  readonly answer: (document: unknown, text: () => string) => void;
}

/** A verb: one file in commands/, registered by program.ts. */
export interface Verb {
  readonly register: (program: Command, run: Run) => void;
}

/** Wraps an action: gives it the context and maps what it throws to an exit code. */
export type Run = <A extends unknown[]>(action: (context: Context, ...args: A) => Promise<void>) => (...args: [...A, Command]) => Promise<void>;
