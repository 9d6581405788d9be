import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RegionDetail } from '../../../contracts/api/answers.ts';
import { Box } from '../../components/panel.tsx';
import { useDesk } from '../../data/desk.ts';
import { clock, instantOf } from '../../model/time.ts';

type History = RegionDetail['history'];

/** The one chart of the page, and so the only one who waits for the library. */
export function HistoryChart({ history }: { readonly history: History }): JSX.Element {
  const { theme } = useDesk();
  const host = useRef<HTMLDivElement>(null);
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    let stop: (() => void) | undefined;
    let isGone = false;
    void import('./draw-history.ts').then(({ drawHistory }) => {
      if (!isGone && host.current !== null) stop = drawHistory(host.current, history);
    }).catch(() => setMissing(true));
    return () => {
      isGone = true;
      stop?.();
    };
  }, [history, theme]);
  if (isMissing) return <Box title="The chart did not load">Load the page again; the numbers above are right.</Box>;
  const last = history.at(-1);
  const at = instantOf(last?.at);
  return <div ref={host} class="chart" role="img" aria-label={last === undefined ? 'No history' : `${last.active} active and ${last.delayed} delayed at ${at === null ? 'the last count' : clock(at)}, from ${history[0]?.active ?? 0} and ${history[0]?.delayed ?? 0} at the start`} />;
}
