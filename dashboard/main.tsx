import type { JSX } from 'preact';
import { render } from 'preact';
import { useState } from 'preact/hooks';
import { App } from './app.tsx';
import { returnFromIssuer } from './auth/issuer.ts';
import { Session } from './auth/session.ts';
import { SignIn } from './auth/sign-in.tsx';
import { SignInError } from './auth/user-pool.ts';
import { Box } from './components/panel.tsx';
import { ServerClock } from './data/server-clock.ts';
import { applyTheme, startTheme } from './frame/use-theme.ts';
import { groundOfTiles } from './map/ground.ts';
import { isUserPool, parseSiteConfig } from './model/site-config.ts';
import type { SiteConfig } from './model/site-config.ts';

const clock = new ServerClock();
let signedOut: (why: string | null) => void = () => undefined;

function Root({ session, notice }: { readonly session: Session; readonly notice: string | null }): JSX.Element {
  const [person, setPerson] = useState(session.person);
  const [said, setSaid] = useState(notice);
  signedOut = (why) => {
    setSaid(why);
    setPerson(null);
  };
  if (person !== null) return <App session={session} person={person} clock={clock} />;
  return <SignIn config={session.config} notice={said} onTokens={(tokens) => { session.begin(tokens); setPerson(session.person); }} />;
}

async function start(host: HTMLElement): Promise<void> {
  applyTheme(startTheme());
  try {
    const config = await siteConfig();
    if (config.tiles !== undefined) groundOfTiles(config.tiles);
    const session = new Session(config, (why) => signedOut(why));
    const notice = isUserPool(config) ? null : await comeBack(session);
    render(<Root session={session} notice={notice} />, host);
  } catch (error) {
    render(<main id="view"><Box title="The page cannot start">{error instanceof Error ? error.message : String(error)}</Box></main>, host);
  }
}

async function siteConfig(): Promise<SiteConfig> {
  const response = await fetch('/config.json', { cache: 'no-cache' });
  if (!response.ok) throw new Error(`/config.json answered ${response.status}. The deployment writes this file; deploy the site again.`);
  clock.read(response);
  return parseSiteConfig(await response.json());
}

/** What went wrong at the issuer, as a notice for the sign-in. */
async function comeBack(session: Session): Promise<string | null> {
  try {
    const tokens = await returnFromIssuer(session.config);
    if (tokens !== null) session.begin(tokens);
    return null;
  } catch (error) {
    if (error instanceof SignInError) return error.message;
    throw error;
  }
}

const host = document.getElementById('app');
if (host !== null) void start(host);
