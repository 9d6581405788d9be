/** Reference files and their key columns (contracts/reference/README.md): what rules may refer to and gold tables may join. */
export const REFERENCE_KEYS: Readonly<Record<string, readonly string[]>> = {
  locations: ['unlocode'],
  lanes: ['origin', 'destination', 'mode'],
  'service-levels': ['level'],
  calendars: ['calendar', 'date'],
};
