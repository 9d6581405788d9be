import { isObject } from '../../contracts/json-object.ts';
import type { ValueRule } from './field-rules.ts';

const FIELDS = new Set(['protocol', 'endpoint', 'regions', 'customers', 'severities']);
const ENDPOINTS: Readonly<Record<string, RegExp>> = { email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, https: /^https:\/\/\S+$/ };
const SEVERITIES: ReadonlySet<unknown> = new Set([1, 2, 3, 4, 5]);

/** One listener of alerts (`live.notices`). */
export const NOTICE_SUBSCRIPTION: ValueRule = {
  kind: 'value',
  required: false,
  accepts: (given) =>
    isObject(given) &&
    Object.keys(given).every((name) => FIELDS.has(name)) &&
    typeof given['protocol'] === 'string' &&
    typeof given['endpoint'] === 'string' &&
    ENDPOINTS[given['protocol']]?.test(given['endpoint']) === true &&
    isListOf(given['regions'], isName) &&
    isListOf(given['customers'], isName) &&
    isListOf(given['severities'], (severity) => SEVERITIES.has(severity)),
  allowed: 'an object with protocol ("email" or "https"), endpoint (an address or an https URL), and as wished regions, customers (lists of names) and severities (a list of 1 to 5)',
  example: { protocol: 'email', endpoint: 'night-shift@example.com', regions: ['benelux'], severities: [1, 2] },
};

const isName = (value: unknown): boolean => typeof value === 'string' && /^\S(.{0,62}\S)?$/.test(value);
const isListOf = (value: unknown, accepts: (entry: unknown) => boolean): boolean => value === undefined || (Array.isArray(value) && value.length > 0 && value.every(accepts));
