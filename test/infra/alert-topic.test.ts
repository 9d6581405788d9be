import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { DirectNotice, NoticeSubscription } from '../../lib/config/notice-config.ts';
import { AlertTopic } from '../../lib/constructs/alert-topic/alert-topic.ts';

const NIGHT: DirectNotice = { channel: 'email', endpoint: 'night@example.com', regions: ['benelux'], severities: [1, 2] };
const HOOK: DirectNotice = { channel: 'https', endpoint: 'https://hooks.example.com/w', customers: ['CUST-1'] };

function subscriptions(list: readonly NoticeSubscription[]): unknown[] {
  const stack = new Stack(new App(), 'S');
  new AlertTopic(stack, 'Topic', { environment: 'test', key: undefined, subscriptions: list });
  return Object.values(Template.fromStack(stack).findResources('AWS::SNS::Subscription')).map((resource) => (resource as { Properties: unknown }).Properties);
}

describe('listeners of alerts that SNS reaches by itself', () => {
  it('hear what they asked for; a storm as one, unless they asked for a customer', () => {
    expect(subscriptions([NIGHT, HOOK])).toMatchObject([
      { Protocol: 'email', Endpoint: 'night@example.com', FilterPolicy: { region: ['benelux'], severity: ['1', '2'], grouped: ['no'] } },
      { Protocol: 'https', Endpoint: 'https://hooks.example.com/w', RawMessageDelivery: true, FilterPolicy: { customer: ['CUST-1'] } },
    ]);
    expect(subscriptions([HOOK])).not.toMatchObject([{ FilterPolicy: { grouped: expect.anything() as unknown } }]);
  });

  it('are only those', () => {
    expect(subscriptions([{ channel: 'slack', name: 'team', secret: 'waybill/test/slack' }])).toEqual([]);
  });
});
