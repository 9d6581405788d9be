/** Looks through the fields of a state for expressions that cannot run: wrong syntax, functions that nobody has. */
import { isExpression, sourceOf, unknownFunctions } from '../expressions/compile.ts';
import { isJsonPathField } from './state-fields.ts';
import type { Report } from './check-machine.ts';

/** Deeper than the state's own fields, a name that ends in `Path` is the caller's own word; one that ends in `.$` is JSONPath anywhere. */
export function checkExpressions(value: unknown, where: string, report: Report): void {
  if (isExpression(value)) {
    checkExpression(sourceOf(value), where, report);
  } else if (Array.isArray(value)) {
    value.forEach((each, index) => checkExpressions(each, `${where}[${index}]`, report));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      if (key.endsWith('.$') && isJsonPathField(key)) report(`${where}/${key}`, `'${key}' belongs to JSONPath, which the sandbox does not run: write {% … %}`);
      checkExpressions(each, `${where}/${key}`, report);
    }
  }
}

function checkExpression(source: string, where: string, report: Report): void {
  try {
    for (const name of unknownFunctions(source)) report(where, name === 'eval' ? '$eval is not supported in Step Functions' : `there is no JSONata function $${name}`);
  } catch (error) {
    report(where, `the expression cannot be read: ${(error as { message?: string }).message ?? String(error)}`);
  }
}
