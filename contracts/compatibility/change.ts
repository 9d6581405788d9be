/** A difference between two versions of a schema, and what it means. */
import type { ContractConsumer } from '../model.ts';

/** How much a difference weighs: `words` change nothing for programs. */
export type Impact = 'breaking' | 'compatible' | 'words';

/** Every kind of difference and its impact. Architecture, contracts: whatever takes something away from a producer or a reader is breaking. */
export const IMPACT = {
  'field-added': 'compatible',
  'field-removed': 'breaking',
  'field-renamed': 'breaking',
  'required-added': 'breaking',
  'required-removed': 'compatible',
  'type-narrowed': 'breaking',
  'type-changed': 'breaking',
  'type-widened': 'compatible',
  'enum-narrowed': 'breaking',
  'enum-widened': 'compatible',
  'range-tightened': 'breaking',
  'range-widened': 'compatible',
  'length-tightened': 'breaking',
  'length-widened': 'compatible',
  'pattern-tightened': 'breaking',
  'pattern-widened': 'compatible',
  'format-tightened': 'breaking',
  'format-widened': 'compatible',
  'condition-tightened': 'breaking',
  'condition-changed': 'breaking',
  'condition-widened': 'compatible',
  'closed-to-new-fields': 'breaking',
  'severity-raised': 'breaking',
  'severity-lowered': 'compatible',
  'check-added': 'compatible',
  'check-removed': 'compatible',
  'description-changed': 'words',
} as const satisfies Readonly<Record<string, Impact>>;

export type ChangeKind = keyof typeof IMPACT;

/** A difference as it is found. */
export interface Difference {
  readonly kind: ChangeKind;
  /** JSON pointer; `*` stands for the entries of a list, '' for the whole event. */
  readonly field: string;
  /** Why it matters, in a sentence. */
  readonly reason: string;
}

/** A difference with those it concerns and what to do. */
export interface Change extends Difference {
  readonly breaking: boolean;
  readonly impact: Impact;
  /** Names of the consumers that read the field. */
  readonly consumers: readonly string[];
  /** What to do, e.g. `needs version 2.0: …`. */
  readonly todo: string;
}

/** A change from a difference. @param version the version that was published, `<major>.<minor>`. */
export function toChange(difference: Difference, { version, consumers }: { readonly version: string; readonly consumers: readonly ContractConsumer[] }): Change {
  const impact = IMPACT[difference.kind];
  return { ...difference, impact, breaking: impact === 'breaking', consumers: concerned(difference.field, consumers), todo: todoFor(impact, version) };
}

function todoFor(impact: Impact, version: string): string {
  const [major = 1, minor = 0] = version.split('.').map(Number);
  if (impact === 'breaking') return `needs version ${major + 1}.0: put it into v${major + 1}.schema.json and leave v${major}.schema.json as it was published`;
  return impact === 'compatible' ? `needs version ${major}.${minor + 1}` : 'needs no new version';
}

/** A reader of an object reads its fields, and a change of an object concerns readers of its fields. */
function concerned(field: string, consumers: readonly ContractConsumer[]): string[] {
  const touches = (read: string): boolean => read === '*' || field === '' || `${field}/`.startsWith(`${read}/`) || `${read}/`.startsWith(`${field}/`);
  return consumers.filter(({ reads }) => reads.some(touches)).map(({ name }) => name);
}
