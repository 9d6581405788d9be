/**
 * Date and time on the wire: RFC 3339 with a mandatory offset, and a date that the calendar has. Stricter than the RFC in three places, so that every
 * reader agrees on the instant: capital `T` and `Z`, no leap second (60), offsets up to 14:00. A fraction may have one to nine digits.
 *
 * One regular expression on purpose: it needs no code beside it when the validator is generated, and costs a third of a parse.
 */
const MONTH_DAY = '(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))';
const LEAP_YEAR = '(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?';
const OFFSET = '(?:Z|[+-](?:(?:0\\d|1[0-3]):[0-5]\\d|14:00))';

export const DATE_TIME = new RegExp(`^(?:\\d{4}-${MONTH_DAY}|${LEAP_YEAR}-02-29)T${TIME}${OFFSET}$`);

const SHAPE = /^\d{4}-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(.*)$/;

/** Why a text is no date-time of ours, as the end of a sentence that starts with the text. */
export function explainDateTime(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return 'is a date without a time; example: 2026-11-05T22:17:00+01:00';
  const parts = SHAPE.exec(text);
  if (parts === null) return 'is not a date and time; example: 2026-11-05T22:17:00+01:00';
  const [, month, day, hour, minute, second, offset = ''] = parts;
  if (offset === '') return 'has no offset from UTC; write Z or an offset such as +01:00';
  if (Number(second) === 60) return 'has a leap second; write second 59 or the next minute';
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return 'is not a time of day';
  if (Number(month) === 0 || Number(month) > 12 || Number(day) === 0 || Number(day) > 31) return 'is not a calendar date';
  if (!/^(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))$/.test(offset)) return 'has no valid offset from UTC; write Z or an offset from -14:00 to +14:00';
  if (!text.includes('T')) return 'is written with a small t; write T';
  if (/\.\d{10,}/.test(text)) return 'has more than nine digits after the second';
  return 'is not a calendar date';
}
