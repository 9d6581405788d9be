/**
 * Paths into a partner's record: `payload.transportCall.location.UNLocationCode`, `seals[0].number`,
 * `references[type=BKG].value` (the first element whose field has that value). A path that leads nowhere is undefined.
 */
export type PathStep = { readonly field: string } | { readonly index: number } | { readonly where: string; readonly equals: string };

const SEGMENT = /^([^.[\]]+)|^\[(\d+)\]|^\[([^.[\]=]+)=([^\]]*)\]/;

/** Throws a `SyntaxError` that names the place. */
export function parsePath(text: string): readonly PathStep[] {
  const steps: PathStep[] = [];
  let rest = text;
  while (rest.length > 0) {
    const match = SEGMENT.exec(rest);
    if (match === null) throw new SyntaxError(`path "${text}" cannot be read at "${rest}"`);
    const [whole, field, index, where, equals] = match;
    if (field !== undefined) steps.push({ field });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else steps.push({ where: where ?? '', equals: equals ?? '' });
    rest = rest.slice(whole.length);
    if (rest.startsWith('.') && rest.length > 1) rest = rest.slice(1);
    else if (rest.startsWith('.')) throw new SyntaxError(`path "${text}" ends with a dot`);
  }
  if (steps.length === 0) throw new SyntaxError('a path may not be empty');
  return steps;
}

export function follow(record: unknown, path: readonly PathStep[]): unknown {
  let at: unknown = record;
  for (const step of path) {
    if (at === null || typeof at !== 'object') return undefined;
    at = stepInto(at, step);
  }
  return at;
}

function stepInto(at: object, step: PathStep): unknown {
  if ('field' in step) return Object.hasOwn(at, step.field) ? (at as Record<string, unknown>)[step.field] : undefined;
  if (!Array.isArray(at)) return undefined;
  const elements: readonly unknown[] = at;
  if ('index' in step) return elements[step.index];
  return elements.find((each) => typeof each === 'object' && each !== null && String((each as Record<string, unknown>)[step.where]) === step.equals);
}
