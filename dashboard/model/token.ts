/** What the page reads in a token. The API judges it; here it only says who is signed in and for how long. */
export interface Person {
  /** As people know them. */
  readonly name: string;
  /** Every name under which the API may speak of them. */
  readonly names: readonly string[];
  /** May acknowledge and snooze. */
  readonly isOperator: boolean;
  /** Ms since 1970; null when the token does not say. */
  readonly expiresAt: number | null;
}

export function personOf(token: string): Person {
  const claims = claimsOf(token);
  const text = (name: string): string | undefined => (typeof claims[name] === 'string' ? claims[name] : undefined);
  const names = [text('email'), text('preferred_username'), text('cognito:username'), text('username'), text('name'), text('sub')].filter((name) => name !== undefined);
  const groups = [claims['cognito:groups'], claims['groups'], claims['roles']].flatMap((value) => (Array.isArray(value) ? value.map(String) : []));
  const expires = claims['exp'];
  return { name: names[0] ?? 'unknown', names, isOperator: groups.includes('operators'), expiresAt: typeof expires === 'number' ? expires * 1000 : null };
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as unknown;
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
