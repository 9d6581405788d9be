/** DescribeAlarms, DescribeAlarmsForMetric, DescribeAlarmHistory and SetAlarmState: deployed definitions with the live state. */
import type { JsonObject } from '../../json.ts';
import { alarmName } from './alarm-definition.ts';
import type { AlarmKeeper } from './alarm-keeper.ts';
import { readDimensions } from './metric-queries.ts';
import type { AlarmState } from './missing-data.ts';
import { CloudWatchRequestError, listOf, readTime } from './wire.ts';

const DEFAULT_PAGE = 50;

export async function describeAlarms(keeper: AlarmKeeper, input: JsonObject): Promise<object> {
  await keeper.refresh();
  const names = listOf(input, 'AlarmNames').map(String);
  const types = listOf(input, 'AlarmTypes').map(String);
  const prefix = typeof input['AlarmNamePrefix'] === 'string' ? input['AlarmNamePrefix'] : '';
  const fits = (alarm: JsonObject): boolean =>
    (names.length === 0 || names.includes(alarmName(alarm))) && alarmName(alarm).startsWith(prefix) && (input['StateValue'] === undefined || alarm['StateValue'] === input['StateValue']);

  const metricAlarms = types.length === 0 || types.includes('MetricAlarm') ? keeper.describe().filter(fits) : [];
  const { items, next } = page(metricAlarms, input);
  return { MetricAlarms: items, CompositeAlarms: types.includes('CompositeAlarm') || types.length === 0 ? keeper.composites().filter(fits) : [], ...next };
}

export async function describeAlarmsForMetric(keeper: AlarmKeeper, input: JsonObject): Promise<object> {
  await keeper.refresh();
  const wanted = dimensionText(input['Dimensions']);
  const MetricAlarms = keeper.describe().filter((alarm) => alarm['MetricName'] === input['MetricName'] && alarm['Namespace'] === input['Namespace'] && dimensionText(alarm['Dimensions']) === wanted);
  return { MetricAlarms };
}

const dimensionText = (value: unknown): string => JSON.stringify(Object.entries(readDimensions(value)).sort());

export function describeAlarmHistory(keeper: AlarmKeeper, input: JsonObject): object {
  const from = input['StartDate'] === undefined ? -Infinity : readTime(input, 'StartDate');
  const to = input['EndDate'] === undefined ? Infinity : readTime(input, 'EndDate');
  const { AlarmName, HistoryItemType, ScanBy } = input;
  const found = keeper.history().filter((item) => (AlarmName === undefined || item.alarm === AlarmName) && (HistoryItemType === undefined || item.type === HistoryItemType) && item.at >= from && item.at <= to);
  const ordered = ScanBy === 'TimestampAscending' ? found.toReversed() : found;

  const { items, next } = page(ordered, input);
  return { AlarmHistoryItems: items.map((item) => ({ AlarmName: item.alarm, AlarmType: 'MetricAlarm', Timestamp: new Date(item.at), HistoryItemType: item.type, HistorySummary: item.summary, HistoryData: item.data })), ...next };
}

/** @throws CloudWatchRequestError when there is no such alarm or state */
export async function setAlarmState(keeper: AlarmKeeper, input: JsonObject): Promise<object> {
  const { AlarmName, StateValue, StateReason } = input;
  if (StateValue !== 'OK' && StateValue !== 'ALARM' && StateValue !== 'INSUFFICIENT_DATA') throw new CloudWatchRequestError('ValidationError', `StateValue must be OK, ALARM or INSUFFICIENT_DATA, got ${JSON.stringify(StateValue)}.`);
  const state: AlarmState = StateValue;
  await keeper.refresh();
  if (!keeper.setState(String(AlarmName), state, String(StateReason))) throw new CloudWatchRequestError('ResourceNotFound', `There is no alarm named ${String(AlarmName)}.`, 404);
  return {};
}

/** Pages by position: the token is the number of items given so far. */
function page<T>(items: readonly T[], input: JsonObject): { items: readonly T[]; next: { NextToken?: string } } {
  const size = Number(input['MaxRecords'] ?? DEFAULT_PAGE);
  const from = input['NextToken'] === undefined ? 0 : Number(input['NextToken']);
  if (Number.isNaN(from)) throw new CloudWatchRequestError('InvalidNextToken', 'NextToken is not one that an earlier answer gave.');
  return { items: items.slice(from, from + size), next: from + size < items.length ? { NextToken: String(from + size) } : {} };
}
