/** Logic versions of gold: the shipping cost (docs/lake.md, logic versions). glue-scripts has what they do; a test keeps the names the same. */
export const LOGIC_VERSIONS = ['v1', 'v2'] as const;
export type LogicVersion = (typeof LOGIC_VERSIONS)[number];

/** A version's part of the shipments, by the hash of their ids. */
export interface LogicShare { readonly version: string; readonly percent: number }

/** Shares that cannot be: the message says what is allowed. */
export class LogicTextError extends Error {
  override readonly name = 'LogicTextError';
}

const WHOLE = 100;

/** `v2`, or `v1:90,v2:10`. @throws LogicTextError */
export function readLogic(text: string): readonly LogicShare[] {
  const shares = text.split(',').map((part): LogicShare => {
    const [, version = '', percent] = /^\s*([a-z0-9]+)(?::(\d{1,3}))?\s*$/.exec(part) ?? [];
    if (!LOGIC_VERSIONS.some((known) => known === version)) throw new LogicTextError(`there is no logic version ${JSON.stringify(part.trim())}; allowed: ${LOGIC_VERSIONS.join(', ')}, or shares such as v1:90,v2:10`);
    return { version, percent: percent === undefined ? WHOLE : Number(percent) };
  });
  const isTwice = new Set(shares.map(({ version }) => version)).size !== shares.length;
  if (isTwice || shares.reduce((sum, { percent }) => sum + percent, 0) !== WHOLE) throw new LogicTextError(`the shares of ${JSON.stringify(text)} are not of different versions and ${WHOLE} together; allowed: for example v1:90,v2:10`);
  return shares.filter(({ percent }) => percent > 0);
}

/** The one spelling of a logic, as the ledger has it. @throws LogicTextError */
export const logicText = (text: string): string => readLogic(text).map(({ version, percent }) => (percent === WHOLE ? version : `${version}:${percent}`)).join(',');

/** The row of the ledger table that says which logic may publish (glue-scripts/waybill_lake/publish/ledger_dynamodb.py). */
export const LOGIC_ROW = { pk: 'logic#gold', sk: 'row' } as const;
