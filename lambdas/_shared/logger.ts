/** Structured log lines: one JSON object each, for people and for queries. Never pass event content, only identities and counts. */
export interface Logger {
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface LoggerOptions {
  /** Fields of every line, e.g. the function and the contract. */
  readonly fields: LogFields;
  /** @default standard output, as Lambda collects it */
  readonly write?: (line: string) => void;
}

type Level = 'INFO' | 'WARN' | 'ERROR';

export function createLogger({ fields, write = (line) => process.stdout.write(`${line}\n`) }: LoggerOptions): Logger {
  const log = (level: Level) => (message: string, own: LogFields = {}): void => {
    write(JSON.stringify({ level, message, ...fields, ...own }));
  };
  return { info: log('INFO'), warn: log('WARN'), error: log('ERROR') };
}

/** Name and text of a caught value, flat, for a log line. */
export function describeError(error: unknown): { error: string; detail: string } {
  return error instanceof Error ? { error: error.name, detail: error.message } : { error: 'Thrown', detail: String(error) };
}
