import type { AlertNotice } from '../notices.ts';

/** The notice itself, as JSON. */
export const webhook = (notice: AlertNotice): string => JSON.stringify(notice);
