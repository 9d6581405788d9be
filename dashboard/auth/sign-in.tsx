import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Glyph } from '../components/glyph.tsx';
import { isUserPool } from '../model/site-config.ts';
import type { SiteConfig } from '../model/site-config.ts';
import { leaveForIssuer } from './issuer.ts';
import type { Tokens } from './session.ts';
import { signInAtPool, SignInError } from './user-pool.ts';

interface SignInProps {
  readonly config: SiteConfig;
  /** Why one has to sign in again, or what went wrong on the way back. */
  readonly notice: string | null;
  readonly onTokens: (tokens: Tokens) => void;
}

/** Name and password for a user pool; a button that leaves for any other issuer. */
export function SignIn({ config, notice, onTokens }: SignInProps): JSX.Element {
  const [said, setSaid] = useState(notice);
  const [isBusy, setBusy] = useState(false);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      setSaid(error instanceof SignInError ? error.message : 'The sign-in did not work. Try again.');
    }
    setBusy(false);
  };
  return (
    <main class="sign-in" id="view">
      <section class="panel" aria-labelledby="sign-in-title">
        <div class="head"><h1 id="sign-in-title">Waybill <span class="env">{config.environment}</span></h1></div>
        {isUserPool(config)
          ? <PasswordForm isBusy={isBusy} onSubmit={(who) => void attempt(async () => onTokens(await signInAtPool(config, who)))} said={said} />
          : <form onSubmit={(event) => { event.preventDefault(); void attempt(() => leaveForIssuer(config)); }}><Said text={said} /><button class="btn main" type="submit" disabled={isBusy}>Sign in at {hostOf(config.issuer)}</button></form>}
      </section>
    </main>
  );
}

function PasswordForm({ isBusy, said, onSubmit }: { readonly isBusy: boolean; readonly said: string | null; readonly onSubmit: (who: { user: string; password: string }) => void }): JSX.Element {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => String(fields.get(name) as string | null ?? '');
    onSubmit({ user: userOf(text('user').trim()), password: text('password') });
  };
  return (
    <form onSubmit={submit}>
      <label>Name or e-mail<input class="field" name="user" autocomplete="username" required autocapitalize="none" spellcheck={false} /></label>
      <label>Password<input class="field" name="password" type="password" autocomplete="current-password" required /></label>
      <Said text={said} />
      <button class="btn main" type="submit" disabled={isBusy}>Sign in</button>
    </form>
  );
}

function Said({ text }: { readonly text: string | null }): JSX.Element {
  return <div role="alert">{text === null ? null : <><Glyph kind="warn" /> {text}</>}</div>;
}

/** The sandbox's user is called "demo" on every screen. */
const userOf = (typed: string): string => (typed === 'demo' ? 'demo@waybill.example' : typed);

function hostOf(issuer: string): string {
  try {
    return new URL(issuer).host;
  } catch {
    return 'your organisation';
  }
}
