/**
 * Order of the suites. Jest knows how long each took only where it has run before; on a new machine it would begin with the largest
 * file, and end with one worker waiting for a suite that mostly watches a clock. Those come first.
 */
import sequencer from '@jest/test-sequencer';

const LONGEST = ['e2e/alarms.slow', 'e2e/start.slow', 'e2e/live-proofs', 'e2e/alerts.slow', 'e2e/lake.slow', 'browser/page.slow', 'athena/iceberg.slow'];

const rank = ({ path }) => {
  const at = LONGEST.findIndex((name) => path.replaceAll('\\', '/').includes(name));
  return at === -1 ? LONGEST.length : at;
};

export default class LongestFirst extends (sequencer.default ?? sequencer) {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
}
