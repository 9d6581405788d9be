/** The case files are compared, never written: Spark reads the same files and must come to the same bytes and pictures. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contract } from '../../../contracts/generated/shipment-event/runtime.ts';
import { fold, fromContract, pack, unpack, viewOf } from '../../../domain/shipment/index.ts';
import type { ShipmentEvent, ShipmentView } from '../../../domain/shipment/index.ts';
import { SHIPMENT_CASES } from '../../fixtures/shipment-cases/cases.ts';
import type { CaseEvent } from '../../fixtures/shipment-cases/cases.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/shipment-cases');

interface CaseFile {
  readonly about: string;
  readonly now: string;
  readonly events: readonly CaseEvent[];
  readonly packedHex: string;
  readonly view: ShipmentView;
}

const readCase = (name: string): CaseFile => JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as CaseFile;

function eventsOf({ events }: CaseFile): ShipmentEvent[] {
  return events.map((event) => fromContract(event, Number.parseInt(event.schemaVersion, 10))).filter((event) => event !== undefined);
}

const names = SHIPMENT_CASES.map(({ name }) => name);

describe('the case files', () => {
  it('are exactly the stories that are told', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json')).map((name) => name.replace('.json', ''));
    expect(files.sort()).toStrictEqual([...names].sort());
  });

  it.each(SHIPMENT_CASES)('$name holds the events of its story', ({ name, about, now, events }) => {
    expect(readCase(name)).toMatchObject({ about, now, events: JSON.parse(JSON.stringify(events)) as unknown });
  });

  it.each(names)('%s gives the bytes and the view it states', (name) => {
    const file = readCase(name);
    const events = eventsOf(file);
    expect(events).toHaveLength(file.events.length);
    expect(pack(fold(events)).toString('hex')).toBe(file.packedHex);
    expect(JSON.parse(JSON.stringify(viewOf(fold(events), Date.parse(file.now))))).toStrictEqual(file.view);
  });

  it.each(names)('%s gives the same when its events arrive backwards, each twice, through the bytes', (name) => {
    const file = readCase(name);
    let stored = pack(fold([]));
    for (const event of eventsOf(file).reverse().flatMap((one) => [one, one])) stored = pack(fold([event], unpack(stored)));
    expect(stored.toString('hex')).toBe(file.packedHex);
  });

  it.each(names)('%s holds only events that the contract lets onto the road', (name) => {
    const [first] = contract.versions;
    const rejected = readCase(name).events
      .map((event) => ({ ...event, schemaVersion: '1.0' }))
      .flatMap((event) => first?.validate(event) ?? [])
      .filter(({ severity }) => severity === 'reject');
    expect(rejected).toStrictEqual([]);
  });
});
