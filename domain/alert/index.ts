export { packAlerts, unpackAlerts } from './packed-alerts.ts';
