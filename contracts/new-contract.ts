/** A new contract: a directory that generates, synthesizes and takes events at once, to be filled with the fields of its domain. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CONTRACT_NAME } from './descriptor.ts';
import type { ContractDescriptor } from './model.ts';
import type { QualityFile } from './lake/quality-file.ts';
import type { TableFile } from './lake/table-file.ts';
import { pascal } from './platform-names.ts';
import { SchemaError } from './schema/json-schema.ts';
import type { JsonSchema } from './schema/json-schema.ts';

const OWNER = 'my-team';

export interface NewContractOptions {
  /** Folder of contracts. */
  readonly root: string;
  /** Kebab-case, 3 to 40 characters. */
  readonly name: string;
  /** @default 'my-team' */
  readonly owner?: string;
  /** @default - a sentence with the name */
  readonly description?: string;
  /** Field whose value is the partition key. @default - the last word of the name and `Id`: `web-order` → `orderId` */
  readonly entityKey?: string;
}

/** Writes the directory and answers the names of its files. @throws SchemaError when the name is wrong or taken. */
export function newContract(options: NewContractOptions): readonly string[] {
  const { root, name } = options;
  if (!CONTRACT_NAME.test(name)) throw new SchemaError(`The name of a contract got "${name}". Allowed: kebab-case, 3 to 40 characters. Example: web-order`);
  const directory = join(root, name);
  if (existsSync(directory)) throw new SchemaError(`${directory} exists already. Choose another name, or check what is there: waybill contract check ${name}`);
  const entityKey = options.entityKey ?? `${name.split('-').at(-1) ?? name}Id`;
  const event = { schemaVersion: '1.0', source: 'APP:example', eventId: 'evt-1', [entityKey]: 'first', eventTime: '2026-11-20T10:00:00Z', status: 'CREATED' };
  const files: Readonly<Record<string, unknown>> = {
    'contract.json': descriptorOf({ ...options, entityKey }),
    'v1.schema.json': schemaOf(name, entityKey),
    'table.json': tableOf(name, entityKey),
    'quality.json': qualityOf(options.owner ?? OWNER),
    'samples/good/first.json': event,
    'samples/bad/eventTime.format.json': { breaks: { path: '/eventTime', rule: 'format', severity: 'reject' }, event: { ...event, eventTime: '2026-02-30T10:00:00Z' } },
  };
  return Object.entries(files).map(([file, content]) => write(join(directory, file), content));
}

/** Every field of the starter schema that the platform's own columns do not hold. */
function tableOf(name: string, entityKey: string): TableFile {
  const key = entityKey.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  return {
    name: `${name.replaceAll('-', '_')}s`,
    description: `Every distinct event of ${name.replaceAll('-', ' ')}.`,
    columns: [{ name: key, type: 'string', from: [`/${entityKey}`] }, { name: 'status', type: 'string', from: ['/status'] }],
    partition: ['days(event_time)'],
    sort: [key, 'event_time'],
  };
}

/** What is true of every table of events. Without a rule file no day of gold is made of these rows. */
const qualityOf = (owner: string): QualityFile => ({
  owner,
  rules: [
    { id: 'one-row-per-event', kind: 'uniqueness', severity: 'halt', check: { is: 'unique', columns: ['source', 'event_id'] }, says: 'No event has two rows, on whatever days.' },
    { id: 'nothing-lost', kind: 'reconciliation', severity: 'halt', check: { is: 'reconciles' }, says: 'Distinct identities in bronze = silver + conflicts + duplicates + parked.' },
  ],
});

function write(file: string, content: unknown): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  return file;
}

function descriptorOf({ name, owner, description, entityKey }: NewContractOptions & { readonly entityKey: string }): ContractDescriptor {
  return {
    name,
    description: description ?? `Events of ${name.replaceAll('-', ' ')}.`,
    owner: owner ?? OWNER,
    consumers: [],
    entityKey,
    eventTime: 'eventTime',
    identity: ['source', 'eventId'],
    content: [entityKey, 'status', 'eventTime'],
    personalData: [],
    stream: { mode: 'provisioned', shards: 1, retentionHours: 24 },
    bronzeRetentionDays: 365,
    freshnessMinutes: 20,
    silenceMinutes: 60,
  };
}

function schemaOf(name: string, entityKey: string): JsonSchema & { readonly $schema: string } {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `urn:waybill:contract:${name}:1`,
    'x-version': '1.0',
    title: pascal(name),
    description: `An event of ${name.replaceAll('-', ' ')}.`,
    type: 'object',
    required: ['schemaVersion', 'source', 'eventId', entityKey, 'eventTime'],
    properties: {
      schemaVersion: { description: 'Version of this contract that the event follows, 1.x.', type: 'string', pattern: String.raw`^1\.(0|[1-9]\d{0,3})$`, examples: ['1.0'] },
      source: { description: 'Who sends.', type: 'string', minLength: 1, maxLength: 60, examples: ['APP:example'] },
      eventId: { description: "The sender's id of this event.", type: 'string', minLength: 1, maxLength: 100 },
      [entityKey]: { description: 'What the event is about; the key of the stream.', type: 'string', minLength: 1, maxLength: 64 },
      eventTime: { description: 'When it happened.', type: 'string', format: 'date-time' },
      status: { description: 'State after the event.', type: 'string', 'x-severity': 'warn', enum: ['CREATED', 'CHANGED', 'CLOSED'] },
    },
  };
}
