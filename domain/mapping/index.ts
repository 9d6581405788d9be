export { applyMapping } from './apply.ts';
export { MappingError, readMapping } from './mapping.ts';
export type { Mapping } from './mapping.ts';
