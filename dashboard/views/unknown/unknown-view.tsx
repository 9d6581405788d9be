import type { JSX } from 'preact';
import { Box, Panel } from '../../components/panel.tsx';
import { NAV } from '../../frame/header.tsx';
import { formatRoute } from '../../model/route.ts';
import type { Route } from '../../model/route.ts';

/** An address that leads nowhere says so, instead of showing something else. */
export function UnknownView({ route }: { readonly route: Route }): JSX.Element {
  return (
    <>
      <h1 class="vh">No such page</h1>
      <Panel title="No such page">
        <Box title="There is no such page" action={<nav class="onward" aria-label="Pages that there are">{NAV.map(({ view, text }) => <a key={view} href={formatRoute({ view })}>{text}</a>)}</nav>}>
          Nothing is at <code>{formatRoute(route)}</code> The link is misspelt, or older than this page.
        </Box>
      </Panel>
    </>
  );
}
