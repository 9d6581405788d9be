/** Who ships and who carries in the simulated world. */
import type { ModeOfTransport } from '../contracts/generated/shipment-event/v1.types.ts';

export interface CarrierCompany {
  readonly scac: string;
  readonly name: string;
  readonly mode: Extract<ModeOfTransport, 'OCEAN' | 'AIR' | 'ROAD' | 'PARCEL'>;
  /** How its events reach us, as the contract's `source`. */
  readonly source: string;
}

/** Real carriers by their public codes; what they do here is invented. */
export const CARRIERS: readonly CarrierCompany[] = [
  { scac: 'MAEU', name: 'Maersk', mode: 'OCEAN', source: 'DCSA:MAEU' },
  { scac: 'HLCU', name: 'Hapag-Lloyd', mode: 'OCEAN', source: 'DCSA:HLCU' },
  { scac: 'CMDU', name: 'CMA CGM', mode: 'OCEAN', source: 'DCSA:CMDU' },
  { scac: 'MSCU', name: 'MSC', mode: 'OCEAN', source: 'DCSA:MSCU' },
  { scac: 'DHLA', name: 'Express Air', mode: 'AIR', source: 'IATA:DHLA' },
  { scac: 'LHCG', name: 'Crane Cargo', mode: 'AIR', source: 'IATA:LHCG' },
  { scac: 'FDEG', name: 'FedEx Ground', mode: 'ROAD', source: 'X12_214:FDEG' },
  { scac: 'SNLU', name: 'Schneider', mode: 'ROAD', source: 'X12_214:SNLU' },
  { scac: 'DSVF', name: 'DSV Road', mode: 'ROAD', source: 'IFTSTA:DSVF' },
  { scac: 'RABN', name: 'Raben', mode: 'ROAD', source: 'IFTSTA:RABN' },
  { scac: 'UPSN', name: 'UPS', mode: 'PARCEL', source: 'API:UPSN' },
  { scac: 'DPDE', name: 'DPD', mode: 'PARCEL', source: 'API:DPDE' },
];

/** Our own booking system: it knows the orders. */
export const BOOKING_SOURCE = 'APP:booking';

export interface Customer {
  readonly id: string;
  readonly serviceLevel: 'ECONOMY' | 'STANDARD' | 'EXPRESS';
}

export const customersOf = (count: number): readonly Customer[] =>
  Array.from({ length: count }, (_, index) => ({ id: `CUS-${String(401 + index * 7).padStart(4, '0')}`, serviceLevel: (['STANDARD', 'STANDARD', 'ECONOMY', 'EXPRESS'] as const)[index % 4] ?? 'STANDARD' }));
