import type { JSX } from 'preact';
import { Glyph } from '../components/glyph.tsx';
import { useDesk } from '../data/desk.ts';
import { bannerOf, freshnessItems } from '../model/freshness.ts';
import type { Banner } from '../model/freshness.ts';
import { clockSeconds } from '../model/time.ts';

/** Each consumer's lag of its target, always in sight. */
export function Strip(): JSX.Element {
  const { overview, now } = useDesk();
  return (
    <section class="strip" aria-label="Data freshness">
      <dl>
        {freshnessItems(overview, now).map(({ label, value, target, tone }) => (
          <div key={label}><dt><Glyph kind={tone} />{label}</dt><dd>{value}{target === null ? null : <span class="lim"> of {target}</span>}</dd></div>
        ))}
      </dl>
      <span class="asof">{clockSeconds(now)}</span>
    </section>
  );
}

export function useBanner(): Banner | null {
  const { overview, alerts, now } = useDesk();
  return bannerOf({ overview, alerts, now });
}

export function BannerLine({ banner }: { readonly banner: Banner | null }): JSX.Element {
  return (
    <div role="status">
      {banner === null ? null : <div class={`banner is-${banner.tone}`}><Glyph kind={banner.tone} /><b>{banner.title}</b><span>{banner.text} <a href="#/health">Data health</a></span></div>}
    </div>
  );
}
