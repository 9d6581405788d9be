/** Alerts as episodes, storms and words; how they are told: formats/. The rules: docs/alerts.md. */
export { alertId, placeOf, typeOf } from './alert-id.ts';
export { applyChange, NEWS_LIFE_MS } from './episodes.ts';
export type { AlertRow, AlertSubject, ImageChange, Notice, RowChange, ShipmentImage, Turn } from './episodes.ts';
export { packAlerts, unpackAlerts } from './packed-alerts.ts';
export { causeIn, causesOf, isStorm, STORM, STORM_CAUSES, stormId, stormLevel } from './storms.ts';
export type { StormCause, StormMember } from './storms.ts';
export { duration, minutesLate, stormWords, wordsOf } from './words.ts';
export type { Spoken } from './words.ts';
export { email, pagerDuty, slack, webhook } from './formats/index.ts';
export type { Email } from './formats/index.ts';
export { headline, noticeAttributes, placeOrNull } from './notices.ts';
export type { AlertNotice, NoticeAttributes } from './notices.ts';
