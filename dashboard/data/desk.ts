import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Overview } from '../../contracts/api/answers.ts';
import type { Person } from '../model/token.ts';
import type { ApiClient } from './client.ts';
import type { AllAlerts } from './pages.ts';
import type { LiveFeed } from './use-feed.ts';

/** What every view of the page shares. */
export interface Desk {
  readonly client: ApiClient;
  readonly person: Person;
  readonly environment: string;
  /** Ms since 1970 by the server's clock; moves once a second. */
  readonly now: number;
  readonly theme: 'dark' | 'light';
  readonly overview: LiveFeed<Overview>;
  /** All that are open. */
  readonly alerts: LiveFeed<AllAlerts>;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error('useDesk outside of the page');
  return desk;
}
