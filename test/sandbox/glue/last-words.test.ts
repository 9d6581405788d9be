import { createLastWords } from '../../../sandbox/edge/glue/last-words.ts';

const wordsOf = (...lines: string[]): string => {
  const heard = createLastWords();
  for (const line of lines) heard.hear(line);
  return heard.words();
};
const LOG = '2026-11-21T16:04:11.1Z WARN  Utils: nothing of interest';
const TRACEBACK = ['Traceback (most recent call last):', '  File "load_silver.py", line 70, in main', '    spark.sql("…")'];

test.each([
  ['nothing', [], ''],
  ['a job\'s own reason, Spark\'s log aside', ['loading', 'load-silver: no such contract', LOG, ''], 'load-silver: no such contract'],
  ['an exception whose message goes on', [...TRACEBACK, 'pyspark.errors.AnalysisException: [TABLE_OR_VIEW_NOT_FOUND] The table cannot be found.', 'To tolerate the error on drop use DROP TABLE IF EXISTS.', LOG], 'pyspark.errors.AnalysisException: [TABLE_OR_VIEW_NOT_FOUND] The table cannot be found.'],
  ['the last of a chain', [...TRACEBACK, 'KeyError: 1', 'During handling of the above exception, another exception occurred:', ...TRACEBACK, 'ValueError: no', '\tat java.lang.Thread.run'], 'ValueError: no'],
  ['a reason after a traceback that was only logged', [...TRACEBACK, 'KeyError: 1', 'build-gold: 2026-11-20 was not published'], 'build-gold: 2026-11-20 was not published'],
])('%s', (_, lines, wanted) => {
  expect(wordsOf(...lines)).toBe(wanted);
});
