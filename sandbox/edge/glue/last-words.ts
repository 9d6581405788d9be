/** What a job said last: the reason of a run that failed, as Glue shows it. */

/** Lines of log4j2.properties. Spark joins a Python job's two streams into standard output, so the job's reason may stand in either. */
const SPARK_LOG = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z (WARN|ERROR|FATAL|INFO) /;
const TRACEBACK = 'Traceback (most recent call last):';
/** A reason stands at the margin and begins with who gives it: an exception's class, a job's name. */
const REASON = /^[A-Za-z_][\w.-]*(?::|$)/;

export interface LastWords {
  readonly hear: (line: string) => void;
  /** The last reason from a traceback on: its message may go on for lines that say little. Else the last line; empty when nothing was said. */
  readonly words: () => string;
}

export function createLastWords(): LastWords {
  let last = '';
  let reason: string | undefined;
  let sawTraceback = false;
  return {
    hear(line) {
      if (line.trim() === '' || SPARK_LOG.test(line)) return;
      last = line.trim();
      sawTraceback ||= last === TRACEBACK;
      if (sawTraceback && REASON.test(line)) reason = last;
    },
    words: () => reason ?? last,
  };
}
