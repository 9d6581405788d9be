/** One wrong field: what was found, what may stand there, and a value that would do. */
export interface ConfigMistake {
  /** Dotted path, e.g. `streams.shipment-event.shards`. */
  readonly field: string;
  readonly got: string;
  readonly allowed: string;
  readonly example?: string;
  /** Instead of an example: what was probably meant. */
  readonly hint?: string;
}

/** A mistake of the person who configures: printed as it is, without a stack trace. Lists every wrong field at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly ConfigMistake[];

  constructor({ environment, source, mistakes }: { environment: string; source: string; mistakes: readonly ConfigMistake[] }) {
    const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
    super([`Configuration of environment "${environment}" has ${count} (${source}):`, ...table(mistakes)].join('\n'));
    this.mistakes = mistakes;
  }
}

/** What was asked on the command line cannot be understood; also printed as it is. */
export class ContextError extends Error {
  override readonly name = 'ContextError';
}

function table(mistakes: readonly ConfigMistake[]): string[] {
  const rows = mistakes.map(({ field, got, allowed, example, hint }) => [
    field,
    `got ${got}`,
    `allowed: ${allowed}`,
    example === undefined ? (hint ?? '') : `example: ${example}`,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ').trimEnd()}`);
}
