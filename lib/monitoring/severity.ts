/** 1 pages a person, 2 opens a ticket for the next working hours, 3 is read in the daily digest. */
export const SEVERITIES = [1, 2, 3] as const;
export type Severity = (typeof SEVERITIES)[number];
