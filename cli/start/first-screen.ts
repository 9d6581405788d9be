/** The short screen after `npm start`. Every line is an address or a command that works at that moment; a test tries each. */
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

/** Where people look first. `passwordFile` as a person finds it from where the command was given. */
export interface Dashboard { readonly url: string; readonly user: string; readonly passwordFile: string }

export const firstScreen = (shipment: string | undefined, { url, user, passwordFile }: Dashboard): string =>
  `\n${table([['Dashboard', `${url}  (user ${user}, password in ${passwordFile})`], ...screenLines(shipment).map((each) => [each.words, each.command]), ['Stop', 'Ctrl-C     state stays; npx waybill reset clears it']], '  ')}\n`;
