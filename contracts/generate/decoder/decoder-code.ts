/** The module that judges events of one contract version where they lie in a buffer, and says "valid" only when the validator would find nothing at all. */
import type { ContractDescriptor } from '../../model.ts';
import { dereference } from '../../schema/dereference.ts';
import type { JsonSchema } from '../../schema/json-schema.ts';
import { bundleGenerated } from '../bundle-generated.ts';
import { kindOf } from './kinds.ts';
import { objectFunction } from './object-code.ts';
import { NotInPlace, Plan, planObject, wasThere } from './plan.ts';
import type { ObjectPlan } from './plan.ts';
import { readerCode } from './read-code.ts';

export interface DecoderSource {
  readonly schema: JsonSchema;
  readonly descriptor: ContractDescriptor;
}

/** Fields that the platform itself judges, whatever the contract says of them. */
const VERSION = 'schemaVersion';
const PUBLISHED = 'publishedTime';

/**
 * The module's code: `export const decoder` (`EventDecoder` of the model). undefined when the contract has a rule about the whole event that is not judged in
 * place, or no event time: then every event goes the full way.
 */
export function decoderCode({ schema, descriptor }: DecoderSource): string | undefined {
  try {
    const plan = new Plan();
    const resolved = dereference(schema);
    const root = planObject('', withKnownTimes(resolved, descriptor.eventTime), [VERSION, PUBLISHED, descriptor.eventTime]);
    return bundleGenerated(moduleCode(plan, root, descriptor), plan.usesChecks ? [] : ['CHECKS']);
  } catch (error) {
    if (error instanceof NotInPlace) return undefined;
    throw error;
  }
}

/** The clock's fields must be read as the clock reads them; a `publishedTime` of another form leads the full way. */
function withKnownTimes(schema: JsonSchema, eventTime: string): JsonSchema {
  const { [PUBLISHED]: published, ...others } = schema.properties ?? {};
  if (kindOf(schema.properties?.[eventTime] ?? {}) !== 'instant') throw new NotInPlace(`${eventTime} is no date-time`);
  if (kindOf(schema.properties?.[VERSION] ?? {}) !== 'text') throw new NotInPlace(`${VERSION} is no text`);
  return published === undefined || kindOf(published) === 'instant' ? schema : { ...schema, properties: others };
}

function moduleCode(plan: Plan, root: ObjectPlan, descriptor: ContractDescriptor): string {
  const { eventTime } = descriptor;
  const version = plan.slot(`/${VERSION}#text`, 3);
  const times = [eventTime, PUBLISHED].map((field) => `${wasThere(plan, root, field)} ? +N[${plan.value(`/${field}#instant`)}] : Number.NaN`);
  const readers = descriptor.consumers.filter(({ reads }) => !reads.includes('*')).map(({ name, reads }) => ({ consumer: name, ...readerCode(plan, root, reads) }));
  const body = objectFunction(plan, { ...root, schema: { ...root.schema, required: [...(root.schema.required ?? []), VERSION] } });
  return `${IMPORTS}
${plan.code.join('\n')}
${readers.map(({ code }) => code).join('\n')}
export const decoder = {
accepts: (b, v, start, end) => ${body}(b, v, start) === end,
schemaVersion: (b) => textMemo(b, ${version}),
eventTime: () => ${times[0]},
publishedTime: () => ${times[1]},
readers: { ${readers.map(({ consumer, name }) => `${JSON.stringify(consumer)}: (b, t, o) => new ${name}(b, t, o)`).join(', ')} },
};`;
}

const IMPORTS = `import { CHECKS } from "./checks.ts";
import { anyObject, anyValue, unknownMember } from "./in-place/any-value.ts";
import { instant } from "./in-place/instant.ts";
import { number } from "./in-place/number.ts";
import { N, S, textAt, textIn, textMemo, valueAt } from "./in-place/state.ts";
import { matching, text } from "./in-place/text.ts";`;
