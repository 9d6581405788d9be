import { Session } from '../../dashboard/auth/session.ts';
import { NoAnswerError } from '../../dashboard/auth/user-pool.ts';

const CONFIG = { apiBase: '', issuer: 'https://login.example.com/tenant', clientId: 'page', signIn: 'https://login.example.com/tenant', region: 'eu-central-1', environment: 'test' };

/** What the issuer's token endpoint answers, and how often it was asked. */
function issuerThat(answer: () => Response): { asked: number } {
  const seen = { asked: 0 };
  jest.spyOn(globalThis, 'fetch').mockImplementation((url) => {
    if ((url as string).endsWith('/openid-configuration')) return Promise.resolve(Response.json({ token_endpoint: 'https://login.example.com/token' }));
    seen.asked += 1;
    return Promise.resolve(answer());
  });
  return seen;
}

describe('a session', () => {
  const ended: (string | null)[] = [];
  let session: Session;
  beforeEach(() => {
    const kept = new Map<string, string>();
    Object.assign(globalThis, { sessionStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value), removeItem: (key: string) => kept.delete(key) } });
    ended.length = 0;
    session = new Session(CONFIG, (why) => ended.push(why));
    session.begin({ token: 'old', refresh: 'r1' });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    Reflect.deleteProperty(globalThis, 'sessionStorage');
  });

  it('is renewed once for all questions that the old token was refused for', async () => {
    const issuer = issuerThat(() => Response.json({ access_token: 'new', refresh_token: 'r2' }));
    const both = await Promise.all([session.renewAfter('old'), session.renewAfter('old')]);
    const late = await session.renewAfter('old');
    expect([...both, late].map((tokens) => tokens?.token)).toEqual(['new', 'new', 'new']);
    expect(issuer.asked).toBe(1);
  });

  it('ends when the refresh token is refused, and says so', async () => {
    issuerThat(() => Response.json({ error: 'invalid_grant' }, { status: 400 }));
    expect(await session.renewAfter('old')).toBeNull();
    expect(ended).toEqual([expect.stringContaining('Sign in again')]);
    expect(session.person).toBeNull();
  });

  it('goes on when nobody answers', async () => {
    issuerThat(() => new Response('', { status: 503 }));
    await expect(session.renewAfter('old')).rejects.toThrow(NoAnswerError);
    expect([ended, session.person]).toEqual([[], expect.anything()]);
  });
});
