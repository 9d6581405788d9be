import { HOT_SHARE } from '../model/tone.ts';
import { amount, percent } from '../model/time.ts';
import { leadOf, lengthOf, placeLabels } from './labels.ts';
import type { Rect } from './labels.ts';
import type { Layer, Pen } from './layer.ts';
import { isSeen, onScreen } from './layer.ts';
import { project } from './projection.ts';

export interface RegionLabel {
  readonly name: string;
  readonly active: number;
  /** 0 to 1. */
  readonly share: number;
  readonly lat: number;
  readonly lon: number;
}

interface Part { readonly text: string; readonly weight: number; readonly colour: string }

const HEIGHT = 22;
/** Pixels; nearer than this a label needs no line. */
const SHORT_LEAD = 16;
/** A narrow map has room for trouble only. */
const NARROW = 500;

/** Names and numbers of regions, worst first; what finds no free place is left to the table. */
export function labelLayer(labels: readonly RegionLabel[], reserved: (pen: Pen) => readonly Rect[]): Layer {
  const worstFirst = [...labels].sort((a, b) => b.share - a.share);
  return (pen) => {
    for (const rect of reserved(pen)) pen.taken.add(rect);
    const isNarrow = pen.size.width < NARROW;
    const wishes = worstFirst.flatMap((label) => {
      const anchor = onScreen(pen, project(label.lat, label.lon));
      if (!isSeen(pen, anchor[0], anchor[1], 40) || (isNarrow && label.share < HOT_SHARE)) return [];
      const parts = partsOf(label, { pen, isNarrow });
      return [{ anchor, parts, width: Math.ceil(8 + parts.reduce((sum, part) => sum + widthOf(pen, part) + 8, 0)), height: HEIGHT }];
    });
    const placed = placeLabels(wishes, pen.taken).flatMap((rect, index) => {
      const wish = wishes[index];
      return rect === null || wish === undefined ? [] : [{ rect, ...wish }];
    });
    for (const { rect, anchor } of placed) drawLead(pen, rect, anchor);
    for (const { rect, parts } of placed) draw(pen, rect, parts);
    return [];
  };
}

function partsOf({ name, active, share }: RegionLabel, { pen: { tones }, isNarrow }: { readonly pen: Pen; readonly isNarrow: boolean }): Part[] {
  return [
    { text: name, weight: 600, colour: tones.text },
    ...(isNarrow ? [] : [{ text: amount(active), weight: 500, colour: tones.text2 }]),
    { text: `${percent(share)} delayed`, weight: 600, colour: share > HOT_SHARE ? tones.delayed : tones.text2 },
  ];
}

function widthOf({ g, tones }: Pen, { text, weight }: Part): number {
  g.font = `${weight} 11px ${tones.font}`;
  return g.measureText(text).width;
}

/** A thin line to what the label names, when it stands away from it. */
function drawLead({ g, tones }: Pen, rect: Rect, anchor: readonly [number, number]): void {
  const lead = leadOf(rect, anchor);
  if (lengthOf(lead) < SHORT_LEAD) return;
  g.beginPath();
  g.moveTo(...lead[0]);
  g.lineTo(...lead[1]);
  g.strokeStyle = tones.line;
  g.lineWidth = 1;
  g.stroke();
}

function draw(pen: Pen, { x, y, width, height }: Rect, parts: readonly Part[]): void {
  const { g, tones } = pen;
  g.fillStyle = tones.panel;
  g.strokeStyle = tones.line;
  g.lineWidth = 1;
  g.beginPath();
  g.roundRect(x + 0.5, y + 0.5, width, height, 4);
  g.fill();
  g.stroke();
  g.textAlign = 'left';
  g.textBaseline = 'middle';
  let left = x + 8;
  for (const part of parts) {
    const partWidth = widthOf(pen, part);
    g.fillStyle = part.colour;
    g.fillText(part.text, left, y + height / 2 + 1);
    left += partWidth + 8;
  }
}
