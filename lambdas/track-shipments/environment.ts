/** An environment variable whose value cannot be used. */
export class BadEnvironmentError extends Error {
  override readonly name = 'BadEnvironmentError';
}

/** The positive number in a variable that `requireEnv` has found. */
export function positiveNumber<Name extends string>(env: Readonly<Record<Name, string>>, name: Name): number {
  const value = Number(env[name]);
  if (Number.isFinite(value) && value > 0) return value;
  throw new BadEnvironmentError(`The environment variable ${name} is "${env[name]}"; it must be a number above 0, for example 45. The template sets it on the function.`);
}
