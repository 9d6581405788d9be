import type { JSX } from 'preact';

/** A line without axes: only whether it rises or falls. The numbers stand beside it, so it is hidden from readers of text. */
export function Spark({ values, width, height, isHot = false }: { readonly values: readonly number[]; readonly width: number; readonly height: number; readonly isHot?: boolean }): JSX.Element {
  return <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true"><path class={isHot ? 'spark hot' : 'spark'} d={sparkPath(values, width, height)} /></svg>;
}

function sparkPath(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return '';
  const least = Math.min(...values);
  const span = Math.max(...values) - least || 1;
  const point = (value: number, index: number): string => `${((index * width) / (values.length - 1)).toFixed(1)} ${(height - 1.5 - ((value - least) / span) * (height - 3)).toFixed(1)}`;
  return `M${values.map(point).join('L')}`;
}
