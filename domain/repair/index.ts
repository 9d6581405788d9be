export { applyRepair } from './apply-repair.ts';
export { readRepair, RepairError } from './repair.ts';
export type { Repair, RepairStep } from './repair.ts';
