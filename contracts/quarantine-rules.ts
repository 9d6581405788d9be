/** Reasons for quarantine that no contract states: the platform's own, in the words of the dictionary pages. */
export const QUARANTINE_RULES = {
  NOT_UTF8: 'the record is not text in UTF-8',
  NOT_JSON: 'the record is not JSON',
  NOT_OBJECT: 'the record is JSON, but not one object',
  TOO_LARGE: 'the event is larger than an event may be',
  TOO_DEEP: 'objects and lists lie in each other deeper than anything of ours reads',
  VERSION: '`schemaVersion` names no major version that is readable here',
  CLOCK: 'a time is too far in the future to be true: `publishedTime` more than 24 hours, the event time more than 400 days after arrival',
  UNSUPPORTED_FRAME: 'the record packs events in a form that is not read here',
  BAD_MARKER: 'the record begins like a marker of the platform, but is none',
  SKIPPED: 'the record crashed a function and was passed over by order (`waybill skip`)',
} as const;
