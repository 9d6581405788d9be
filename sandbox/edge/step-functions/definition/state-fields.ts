/** Which fields a state may have in JSONata, by type, and where its expressions stand. */
import type { StateType } from './types.ts';

const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const WAY_ON = ['Next', 'End', 'Output', 'Assign'];
const RETRIED = ['Retry', 'Catch'];

export const STATE_FIELDS: Readonly<Record<StateType, readonly string[]>> = {
  Task: [...COMMON, ...WAY_ON, ...RETRIED, 'Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds'],
  Pass: [...COMMON, ...WAY_ON],
  Choice: [...COMMON, 'Choices', 'Default', 'Output', 'Assign'],
  Wait: [...COMMON, ...WAY_ON, 'Seconds', 'Timestamp'],
  Succeed: [...COMMON, 'Output'],
  Fail: [...COMMON, 'Error', 'Cause'],
  Parallel: [...COMMON, ...WAY_ON, ...RETRIED, 'Arguments', 'Branches'],
  Map: [
    ...COMMON, ...WAY_ON, ...RETRIED, 'Items', 'ItemProcessor', 'ItemReader', 'ItemSelector', 'ItemBatcher', 'ResultWriter',
    'MaxConcurrency', 'Label', 'ToleratedFailureCount', 'ToleratedFailurePercentage',
  ],
};

/** The older query language's fields: named as such, because people ask why. */
const JSONPATH_FIELDS = ['InputPath', 'OutputPath', 'ResultPath', 'Parameters', 'ResultSelector', 'ItemsPath', 'Iterator', 'Result'];

export const isJsonPathField = (field: string): boolean => JSONPATH_FIELDS.includes(field) || field.endsWith('Path') || field.endsWith('.$');

export const MACHINE_FIELDS = ['Comment', 'StartAt', 'States', 'QueryLanguage', 'TimeoutSeconds', 'Version'];
export const PROCESSOR_FIELDS = ['Comment', 'StartAt', 'States', 'QueryLanguage', 'ProcessorConfig'];
