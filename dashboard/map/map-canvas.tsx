import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../components/glyph.tsx';
import type { Layer } from './layer.ts';
import { MapScene } from './map-scene.ts';
import type { MapStart, Settle } from './map-scene.ts';

export interface MapCanvasProps {
  readonly layers: readonly Layer[];
  /** Said to people who do not see it. */
  readonly label: string;
  /** Where it opens, and where "show all" returns to. */
  readonly start: MapStart;
  readonly theme: string;
  readonly isStale?: boolean;
  /** Zoom buttons; a small map without them has the keys, the wheel and the fingers. */
  readonly hasButtons?: boolean;
  readonly scene?: RefObject<MapScene | null>;
  /** After the map has come to rest. */
  readonly onSettle?: Settle;
  readonly onPick?: (vehicleId: string | null) => void;
  readonly children?: ComponentChildren;
}

/** A canvas that fills its box, is moved by hand, and draws its layers when something has changed. */
export function MapCanvas({ layers, label, start, theme, isStale = false, hasButtons = true, scene: handle, onSettle, onPick, children }: MapCanvasProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const own = useRef<MapScene>(null);
  const callbacks = useRef({ onSettle, onPick });
  callbacks.current = { onSettle, onPick };

  useEffect(() => {
    if (canvas.current === null) return undefined;
    const scene = new MapScene(canvas.current, { start, onSettle: (...rest) => callbacks.current.onSettle?.(...rest), onPick: (id) => callbacks.current.onPick?.(id) });
    own.current = scene;
    if (handle !== undefined) handle.current = scene;
    return () => scene.stop();
  }, []);
  useEffect(() => own.current?.show(layers), [layers]);
  useEffect(() => own.current?.restyle(), [theme]);

  return (
    <div class={isStale ? 'mapbox is-stale' : 'mapbox'}>
      <canvas ref={canvas} tabIndex={0} role="application" aria-label={label} />
      {hasButtons ? <div class="zoom">
        <button class="quiet icon" type="button" aria-label="Zoom in" onClick={() => own.current?.zoom(1.8)}><Icon name="plus" /></button>
        <button class="quiet icon" type="button" aria-label="Zoom out" onClick={() => own.current?.zoom(1 / 1.8)}><Icon name="minus" /></button>
        <button class="quiet icon" type="button" aria-label="Show all" onClick={() => own.current?.home()}><Icon name="fit" /></button>
      </div> : null}
      {children}
    </div>
  );
}
