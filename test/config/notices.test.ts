import { ConfigError } from '../../lib/config/config-error.ts';
import { SANDBOX_ACCOUNT } from '../../lib/config/platform-config.ts';
import { validateConfig } from '../../lib/config/validate-config.ts';

const PAGER = { channel: 'pagerduty', name: 'night-shift', secret: 'waybill/acme/pagerduty', severities: [1, 2] };
const TEAM = { channel: 'slack', name: 'team', secret: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:chat/waybill-a1B2c3' };
const HOOK = { channel: 'webhook', name: 'tower', endpoint: 'https://tower.example.com/alerts', secret: 'waybill/acme/tower', customers: ['CUST-1'] };
const NIGHT = { channel: 'email', endpoint: 'night@example.com', regions: ['benelux'], severities: [1, 2] };

/** Mistakes as `<field>: <got>`; none: it was taken. */
function mistakesOf(notices: unknown, account = '123456789012'): string[] {
  try {
    validateConfig({ input: { environment: 'acme', profile: 'balanced', account, live: { notices } }, source: 'acme.ts', contracts: [] });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map(({ field, got }) => `${field}: ${got}`);
  }
}

describe('listeners of alerts in the configuration', () => {
  it('are taken in all five channels, with or without filters', () => {
    expect(mistakesOf([NIGHT, { channel: 'https', endpoint: 'https://hooks.example.com/w' }, PAGER, TEAM, HOOK, { ...HOOK, name: 'open', secret: undefined }, { ...PAGER, name: 'eu', endpoint: 'https://events.eu.pagerduty.com/v2/enqueue' }])).toEqual([]);
  });

  it.each([
    ['no list', NIGHT, 'live.notices: {'],
    ['no object', ['night@example.com'], 'live.notices[0]: "night@example.com"'],
    ['no channel', [NIGHT, {}], 'live.notices[1].channel: nothing'],
    ['a channel that nobody knows', [{ ...NIGHT, channel: 'sms' }], 'live.notices[0].channel: "sms"'],
    ['the name of an object\'s own property as channel', [{ ...NIGHT, channel: 'constructor' }], 'live.notices[0].channel: "constructor"'],
    ['no address', [{ ...NIGHT, endpoint: 'nobody' }], 'live.notices[0].endpoint: "nobody"'],
    ['a severity that there is not', [{ ...NIGHT, severities: [0] }], 'live.notices[0].severities: [0]'],
    ['an empty filter', [{ ...NIGHT, severities: [] }], 'live.notices[0].severities: []'],
    ['a filter that is no list', [{ ...NIGHT, regions: 'benelux' }], 'live.notices[0].regions: "benelux"'],
    ['a field that nobody knows', [{ ...NIGHT, colour: 'red' }], 'live.notices[0].colour: a name that is not a field here'],
    ['a listener without a name', [{ ...TEAM, name: undefined }], 'live.notices[0].name: nothing'],
    ['a name that no queue can have', [{ ...TEAM, name: 'The Team' }], 'live.notices[0].name: "The Team"'],
    ['PagerDuty without a secret', [{ ...PAGER, secret: undefined }], 'live.notices[0].secret: nothing'],
    ['the routing key itself', [{ ...PAGER, secret: 'e93facc04764012d7bfb002500d5d1a6' }], 'live.notices[0].secret: a text that is not shown here'],
    ['the URL of Slack itself', [{ ...TEAM, secret: 'https://hooks.slack.com/services/T0/B0/X' }], 'live.notices[0].secret: a text that is not shown here'],
    ['a webhook without a URL', [{ ...HOOK, endpoint: undefined }], 'live.notices[0].endpoint: nothing'],
    ['a second listener of the same name', [TEAM, { ...HOOK, name: 'team' }], 'live.notices[1].name: "team"'],
    ['names that differ by a hyphen only', [{ ...TEAM, name: 'a1' }, { ...HOOK, name: 'a-1' }], 'live.notices[1].name: "a-1"'],
    ['plain HTTP to the world', [{ ...HOOK, endpoint: 'http://tower.example.com' }], 'live.notices[0].endpoint: "http://tower.example.com"'],
  ])('are refused with %s, by field and value', (_, notices, expected) => {
    const found = mistakesOf(notices);
    expect(found).toHaveLength(1);
    expect(found[0]?.startsWith(expected)).toBe(true);
  });

  it('may be on plain HTTP in the sandbox alone', () => {
    expect(mistakesOf([{ ...HOOK, endpoint: 'http://127.0.0.1:8080/' }], SANDBOX_ACCOUNT)).toEqual([]);
  });

  it('are told what would do', () => {
    expect(() => validateConfig({ input: { environment: 'acme', profile: 'balanced', live: { notices: [{ ...PAGER, secret: 'R0UT1NG' }] } }, source: 'acme.ts', contracts: [] })).toThrow(
      /live\.notices\[0\]\.secret {3}got a text that is not shown here {3}allowed: the name \(waybill\/…\) or the whole ARN of a secret in Secrets Manager; never the secret itself {3}example: "waybill\/prod\/pagerduty"/,
    );
  });
});
