/** Environment variables of alerts-api: the template sets them, the handler requires them. */
export const ALERTS_API_ENV = {
  alertsTable: 'ALERTS_TABLE',
  accessTable: 'ACCESS_TABLE',
} as const;
