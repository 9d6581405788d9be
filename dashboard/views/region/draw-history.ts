import UPlot from 'uplot';
import type { RegionDetail } from '../../../contracts/api/answers.ts';
import { clock, instantOf } from '../../model/time.ts';
import { readTones } from '../../map/tones.ts';

const HEIGHT = 240;

/** Draws the history into its box and follows the box's width. Returns how to stop. */
export function drawHistory(host: HTMLElement, history: RegionDetail['history']): () => void {
  const tones = readTones();
  const times = history.map(({ at }) => (instantOf(at) ?? 0) / 1000);
  const axis = { stroke: tones.text2, font: `11px ${tones.font}`, grid: { stroke: tones.border, width: 1 }, ticks: { show: false } };
  // Without a pointer over it the legend says what is true now.
  const showLast = (chart: UPlot): void => chart.setLegend({ idx: times.length - 1 }, false);
  const plot = new UPlot({
    width: host.clientWidth - 24,
    height: HEIGHT,
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    hooks: { ready: [showLast] },
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.08)] } },
    axes: [{ ...axis, values: (_plot, splits) => splits.map((seconds) => clock(seconds * 1000)) }, { ...axis, size: 48 }],
    series: [
      { label: 'Time', value: (_plot, seconds) => (Number.isFinite(seconds) ? clock(seconds * 1000) : '–') },
      { label: 'Active', stroke: tones.cell, width: 1.8 },
      { label: 'Delayed', stroke: tones.delayed, width: 1.8, dash: [6, 3] },
    ],
  }, [times, history.map(({ active }) => active), history.map(({ delayed }) => delayed)], host);
  plot.over.addEventListener('mouseleave', () => showLast(plot));
  const watch = new ResizeObserver(() => plot.setSize({ width: Math.max(200, host.clientWidth - 24), height: HEIGHT }));
  watch.observe(host);
  return () => {
    watch.disconnect();
    plot.destroy();
  };
}
