/** An event against a contract: the version it says it follows decides which rules hold. */
import type { ContractRuntime, ContractVersion, Violation } from '../model.ts';
import { withoutSentinels } from './sentinels.ts';

/** Major version that an event says it follows; undefined when it says none, or not in the form `<major>.<minor>`. */
export function majorOf(event: unknown): number | undefined {
  if (typeof event !== 'object' || event === null || !('schemaVersion' in event) || typeof event.schemaVersion !== 'string') return undefined;
  const major = /^(\d{1,6})\.\d/.exec(event.schemaVersion)?.[1];
  return major === undefined ? undefined : Number(major);
}

/**
 * The version that reads an event. An event that names no version is read by the newest, whose rules then say what is wrong with `schemaVersion`.
 * Undefined: the event follows a major version that this contract does not read.
 */
export function versionFor(contract: ContractRuntime, event: unknown): ContractVersion | undefined {
  const major = majorOf(event);
  return major === undefined ? contract.versions.at(-1) : contract.versions.find((version) => version.major === major);
}

/**
 * All violations of a parsed event; rule `VERSION` when its major version is not readable. A field whose text means "no value" for its source is absent:
 * it breaks no rule, unless it is one that must be there.
 */
export function validateEvent(contract: ContractRuntime, event: unknown): readonly Violation[] {
  const version = versionFor(contract, event);
  if (version === undefined) return [unreadableVersion(contract, event)];
  const violations = version.validate(event);
  if (violations.length === 0 || contract.sentinels === undefined) return violations;
  const cleaned = withoutSentinels(event, violations, contract.sentinels);
  const rest = cleaned === undefined ? violations : version.validate(cleaned);
  // What is refused all the same is refused by what was sent: that is what its sender knows.
  return isRejected(rest) ? violations : rest;
}

function unreadableVersion({ versions, descriptor }: ContractRuntime, event: unknown): Violation {
  const said = (event as { readonly schemaVersion: string }).schemaVersion;
  const readable = versions.map(({ major }) => `${major}.x`).join(', ');
  return { path: '/schemaVersion', rule: 'VERSION', message: `"${said}" cannot be read: ${descriptor.name} is read in ${readable}`, severity: 'reject' };
}

/** True when an event must go to quarantine. */
export const isRejected = (violations: readonly Violation[]): boolean => violations.some(({ severity }) => severity === 'reject');
