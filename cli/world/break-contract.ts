import type { SimulatedRecord } from '../../simulator/index.ts';

/** The same event as a producer would send it after a change that nobody agreed on: a renamed field and a new classifier. */
export function breakContract(record: SimulatedRecord): SimulatedRecord {
  const text = typeof record.data === 'string' ? record.data : record.data.toString('utf8');
  return { ...record, data: text.replace('"eventTime"', '"event_time"').replace('"ACTUAL"', '"FINAL"') };
}
