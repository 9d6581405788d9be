/** Environment variables that a function needs and that are absent or empty. */
export class MissingEnvironmentError extends Error {
  override readonly name = 'MissingEnvironmentError';
  readonly missing: readonly string[];

  constructor(missing: readonly string[]) {
    super(
      `The environment lacks ${missing.map((name) => `"${name}"`).join(', ')} (absent or empty). ` +
        "The template sets these on each function; a function run by hand needs them too, e.g. LEDGER_TABLE=waybill-dev-lake-ledger.",
    );
    this.missing = missing;
  }
}

/** The values of all names, trimmed. Empty counts as missing; all missing names are reported at once. */
export function requireEnv<Name extends string>(names: readonly Name[], env: Readonly<Record<string, string | undefined>> = process.env): Record<Name, string> {
  const values = names.map((name) => [name, (env[name] ?? '').trim()] as const);
  const missing = values.filter(([, value]) => value === '').map(([name]) => name);
  if (missing.length > 0) throw new MissingEnvironmentError(missing);
  return Object.fromEntries(values) as Record<Name, string>;
}
