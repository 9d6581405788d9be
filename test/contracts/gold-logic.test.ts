import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOGIC_ROW, LOGIC_VERSIONS, logicText, readLogic } from '../../contracts/gold-logic.ts';

const python = (file: string): string => readFileSync(join('glue-scripts', 'waybill_lake', file), 'utf8');

it.each([['v2', 'v2'], [' v1:90 , v2:10', 'v1:90,v2:10'], ['v2:100', 'v2'], ['v1:0,v2:100', 'v2']])('%j is spelled %j', (text, spelled) => {
  expect(logicText(text)).toBe(spelled);
});

it.each([['v9', 'there is no logic version "v9"; allowed: v1, v2'], ['', 'there is no logic version ""'], ['v1:90,v2:11', 'not of different versions and 100 together'], ['v1:50,v1:50', 'not of different versions'], ['v1:-1,v2:101', 'there is no logic version "v1:-1"']])('%j is refused', (text, message) => {
  expect(() => readLogic(text)).toThrow(message);
});

it('are the versions that the jobs have, in the row that they read', () => {
  const declared = /^LOGIC: .*MappingProxyType\(\{(.*)\}\)$/m.exec(python('transforms/gold_cost.py'))?.[1] ?? '';
  expect([...declared.matchAll(/"(\w+)":/g)].map(([, name]) => name)).toEqual([...LOGIC_VERSIONS]);
  expect(python('publish/ledger_dynamodb.py')).toContain(`_LOGIC = {"pk": "${LOGIC_ROW.pk}", "sk": "${LOGIC_ROW.sk}"}`);
});
