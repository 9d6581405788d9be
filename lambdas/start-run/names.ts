/** Environment variables of start-run: the template sets them, the handler requires them. */
export const START_RUN_ENV = {
  /** Machines by name, JSON: `{ "publish-day": "arn:…" }`. */
  machines: 'MACHINES',
  businessTimeZone: 'BUSINESS_TIME_ZONE',
} as const;
