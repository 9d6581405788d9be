/** What a Map state may say here. */
import { asObject, textOf, type JsonObject } from '../../../json.ts';
import { INPUT_TYPES, READER_RESOURCES } from '../items/item-reader.ts';
import { WRITER_RESOURCES } from '../items/result-writer.ts';
import type { Report } from './check-machine.ts';

const DISTRIBUTED_ONLY = ['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label', 'ToleratedFailureCount', 'ToleratedFailurePercentage'];

export function checkMap(state: JsonObject, where: string, report: Report): void {
  const config = asObject(asObject(state['ItemProcessor'])['ProcessorConfig']);
  const distributed = config['Mode'] === 'DISTRIBUTED';
  if (state['ItemProcessor'] === undefined) report(where, 'needs an ItemProcessor');
  if (distributed && config['ExecutionType'] === 'EXPRESS') report(`${where}/ItemProcessor/ProcessorConfig/ExecutionType`, 'EXPRESS children do not run in the sandbox: use STANDARD');
  for (const field of DISTRIBUTED_ONLY) {
    if (!distributed && state[field] !== undefined) report(`${where}/${field}`, 'needs a distributed map: "ProcessorConfig": {"Mode": "DISTRIBUTED"}');
  }

  const reader = asObject(state['ItemReader']);
  if (state['ItemReader'] !== undefined) {
    const type = textOf(asObject(reader['ReaderConfig'])['InputType']);
    if (!READER_RESOURCES.includes(textOf(reader['Resource']))) report(`${where}/ItemReader/Resource`, `${textOf(reader['Resource'])} does not run in the sandbox; it has ${READER_RESOURCES.join(', ')}`);
    if (type !== '' && !INPUT_TYPES.includes(type)) report(`${where}/ItemReader/ReaderConfig/InputType`, `${type} is not read in the sandbox; it has ${INPUT_TYPES.join(', ')}`);
  }
  const writer = asObject(state['ResultWriter'])['Resource'];
  if (writer !== undefined && !WRITER_RESOURCES.includes(textOf(writer))) report(`${where}/ResultWriter/Resource`, `${textOf(writer)} does not run in the sandbox; it has ${WRITER_RESOURCES.join(', ')}`);
}
