/** The short screen after `npm start`. Every line is a command that works at that moment; a test runs each. */
import { table } from '../output/style.ts';

export interface ScreenLine { readonly words: string; readonly command: string }

/** `shipment`: a shipment of the world that is on its way; undefined when there is no world. */
export function screenLines(shipment: string | undefined): ScreenLine[] {
  return [
    ...(shipment === undefined ? [] : [{ words: 'Follow a shipment', command: `npx waybill track ${shipment}` }, { words: 'Watch what moves', command: 'npx waybill watch' }]),
    { words: 'Break something', command: 'npx waybill put --sample corrupt && npx waybill quarantine list' },
    { words: 'What runs, what alarms', command: 'npx waybill status' },
  ];
}

export const firstScreen = (shipment: string | undefined): string =>
  `\n${table([...screenLines(shipment).map((each) => [each.words, each.command]), ['Stop', 'Ctrl-C     state stays; npx waybill reset clears it']], '  ')}\n`;
