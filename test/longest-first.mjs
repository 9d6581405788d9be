/**
 * Order of the suites. Jest knows how long each took only where it has run before; on a new machine it would begin with the largest
 * file, and end with one worker waiting for a suite that mostly watches a clock. Those come first. So does the one that makes the templates
 * which its neighbours read; these come last, or both workers would make the same ones at the same time.
 */
import sequencer from '@jest/test-sequencer';

const LONGEST = ['infra/security.test', 'e2e/start.slow', 'e2e/lake.slow', 'e2e/alarms.full', 'e2e/live-proofs-today', 'browser/page.slow', 'e2e/alerts.slow', 'athena/iceberg.slow'];

const READ_TEMPLATES = /\/test\/infra\/[^/]+(?<!\.slow)\.test\.ts$/;

const rank = ({ path }) => {
  const name = path.replaceAll('\\', '/');
  const at = LONGEST.findIndex((part) => name.includes(part));
  if (at !== -1) return at;
  return READ_TEMPLATES.test(name) ? LONGEST.length + 1 : LONGEST.length;
};

export default class LongestFirst extends (sequencer.default ?? sequencer) {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
}
