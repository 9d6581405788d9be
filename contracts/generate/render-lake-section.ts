/** "In the lake": the part of a dictionary page that analysts read. */
import type { CatalogContract } from '../catalog.ts';
import { lakeContract } from '../lake/lake-model.ts';
import type { LakeContract } from '../lake/lake-model.ts';
import { PLATFORM_COLUMNS } from '../lake/platform-columns.ts';
import type { QualityFile } from '../lake/quality-file.ts';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`).join('\n');
const code = (text: string): string => `\`${text}\``;
const codes = (texts: readonly string[]): string => texts.map(code).join(', ');

/** The section in Markdown. */
export function renderLakeSection(contract: CatalogContract): string {
  const lake = lakeContract(contract);
  if (lake === undefined) return '## In the lake\n\nThe contract has no `table.json`: its events stay in bronze.';
  return ['## In the lake', columns(lake), platform(), rules(lake.quality), gold(lake)].filter((part) => part !== '').join('\n\n');
}

function columns({ table: { name, description, columns: own, partition, sort, eventTimeFrom } }: LakeContract): string {
  const rows = own.map(({ name: column, type, from, required, personal, description: meaning }) => [code(column), code(type), codes(from), required ? 'yes' : '', personal ? 'yes' : '', meaning]);
  return `Silver table ${code(name)}: ${description} Partitioned by ${codes(partition)}, sorted by ${codes(sort)}; ${code('event_time')} comes from ${eventTimeFrom.map(code).join(', else ')}.\n\n${table(['column', 'type', 'from', 'always there', 'personal', 'meaning'], rows)}`;
}

function platform(): string {
  return `Columns of the platform, in every events table:\n\n${table(['column', 'type', 'meaning'], PLATFORM_COLUMNS.map(({ name, type, description }) => [code(name), code(type), description]))}`;
}

function rules(quality: QualityFile | null): string {
  if (quality === null) return '### Quality\n\nNo rules beyond the contract: there is no `quality.json`.';
  const rows = quality.rules.map(({ id, kind, severity, threshold = 0, where, says, owner = quality.owner }) => [code(id), kind, code(severity), threshold === 0 ? 'none' : `${Number((threshold * 100).toFixed(3))} %`, where === undefined ? 'all' : code(where), says, owner]);
  const sentinels = Object.entries(quality.sentinels ?? {}).map(([source, texts]) => [source === '*' ? 'all' : code(source), codes(texts)]);
  const listed = sentinels.length === 0 ? '' : `\n\nTexts that mean "no value":\n\n${table(['source', 'texts'], sentinels)}`;
  return `### Quality\n\n\`halt\`: the day is not published. \`quarantine\`: the row is left out and kept aside. \`warn\`: counted.\n\n${table(['rule', 'kind', 'severity', 'may break it', 'rows', 'says', 'owner'], rows)}${listed}`;
}

function gold({ gold: file }: LakeContract): string {
  return (file?.tables ?? []).map(({ name, description, dimensions, measures }) => {
    const rows = [['`business_date`', 'dimension', 'Date of the event in the business time zone.'], ...dimensions.map((each) => [code(each.name), 'dimension', each.description]), ...measures.map(({ name: measure, as, unit, description: meaning }) => [code(measure), unit === undefined ? as : `${as}, ${unit}`, meaning])];
    return `### Gold: ${code(name)}\n\n${description}\n\n${table(['column', 'what', 'meaning'], rows)}`;
  }).join('\n\n');
}
