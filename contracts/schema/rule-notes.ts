/** What the validator must know of each rule when it is broken: only what differs from the usual, so that the generated code stays small. */
import type { RuleNote, RuleNotes } from '../validation/to-violations.ts';
import type { Rule } from './rules.ts';

/** @param hidden JSON pointers of fields whose values no message shows. */
export function ruleNotes(rules: readonly Rule[], hidden: readonly string[]): RuleNotes {
  const notes = rules.map((rule) => [rule.key, noteOf(rule)] as const).filter(([, note]) => Object.keys(note).length > 0);
  return { rules: Object.fromEntries(notes), inside: rules.filter(({ standsFor }) => standsFor === 'branches').map(({ key }) => `${key}/`), hidden };
}

function noteOf(rule: Rule): RuleNote {
  return {
    ...(rule.severity === 'reject' ? {} : { severity: rule.severity }),
    ...(rule.message === undefined ? {} : { rule: rule.rule, field: rule.field ?? '', message: rule.message }),
    ...(rule.rule === 'required' && rule.when?.startsWith('when ') === true ? { when: rule.when } : {}),
    ...(rule.example === undefined ? {} : { example: rule.example }),
  };
}
