import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { NOTICE_SUBSCRIPTION } from '../../lib/config/notice-rule.ts';
import type { NoticeSubscription } from '../../lib/config/platform-config.ts';
import { AlertTopic } from '../../lib/constructs/alert-topic/alert-topic.ts';

const NIGHT: NoticeSubscription = { protocol: 'email', endpoint: 'night@example.com', regions: ['benelux'], severities: [1, 2] };
const HOOK: NoticeSubscription = { protocol: 'https', endpoint: 'https://hooks.example.com/w', customers: ['CUST-1'] };

function subscriptions(list: readonly NoticeSubscription[]): unknown[] {
  const stack = new Stack(new App(), 'S');
  new AlertTopic(stack, 'Topic', { environment: 'test', key: undefined, subscriptions: list });
  return Object.values(Template.fromStack(stack).findResources('AWS::SNS::Subscription')).map((resource) => (resource as { Properties: unknown }).Properties);
}

describe('listeners of alerts', () => {
  it('hear what they asked for; a storm as one, unless they asked for a customer', () => {
    expect(subscriptions([NIGHT, HOOK])).toMatchObject([
      { Protocol: 'email', Endpoint: 'night@example.com', FilterPolicy: { region: ['benelux'], severity: ['1', '2'], grouped: ['no'] } },
      { Protocol: 'https', Endpoint: 'https://hooks.example.com/w', RawMessageDelivery: true, FilterPolicy: { customer: ['CUST-1'] } },
    ]);
    expect(subscriptions([HOOK])).not.toMatchObject([{ FilterPolicy: { grouped: expect.anything() as unknown } }]);
  });

  it.each([NIGHT, HOOK])('are taken from the configuration: %j', (given) => {
    expect(NOTICE_SUBSCRIPTION.accepts(given)).toBe(true);
  });

  it.each([
    {},
    { ...NIGHT, protocol: 'sms' },
    { ...NIGHT, endpoint: 'nobody' },
    { ...HOOK, endpoint: 'http://plain.example.com' },
    { ...NIGHT, severities: [0] },
    { ...NIGHT, severities: [] },
    { ...NIGHT, regions: 'benelux' },
    { ...NIGHT, colour: 'red' },
    'night@example.com',
  ])('are refused with a mistake: %j', (given) => {
    expect(NOTICE_SUBSCRIPTION.accepts(given)).toBe(false);
  });
});
