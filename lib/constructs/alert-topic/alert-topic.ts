import { Alias } from 'aws-cdk-lib/aws-kms';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { alertTopicName } from '../../../contracts/platform-names.ts';
import { isDelivered } from '../../config/notice-config.ts';
import type { DirectNotice, NoticeFilters, NoticeSubscription } from '../../config/notice-config.ts';
import { WRITE_WITH_KEY } from '../data-key/data-key.ts';
import type { Right } from '../rights/rights.ts';

export interface AlertTopicProps {
  readonly environment: string;
  /** @default - SNS's own key: only roles of this account publish here, and its policy admits them. */
  readonly key: IKey | undefined;
  /** Those that SNS reaches by itself are subscribed here; the others by their `NoticeChannel`. */
  readonly subscriptions: readonly NoticeSubscription[];
}

/** Where alerts about shipments are told. Who hears what is a filter policy of each subscription over the message's attributes. */
export class AlertTopic extends Construct {
  readonly topic: Topic;
  private readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, { environment, key, subscriptions }: AlertTopicProps) {
    super(scope, id);
    this.key = key;
    this.topic = new Topic(this, 'Topic', {
      topicName: alertTopicName(environment),
      displayName: `Waybill ${environment} alerts`,
      masterKey: key ?? Alias.fromAliasName(this, 'SnsKey', 'alias/aws/sns'),
      enforceSSL: true,
    });
    for (const subscription of subscriptions) if (!isDelivered(subscription)) this.topic.addSubscription(subscriptionOf(subscription));
  }

  publishRights(): readonly Right[] {
    const publish: Right = { actions: ['sns:Publish'], resources: [this.topic.topicArn] };
    return this.key === undefined ? [publish] : [publish, { actions: WRITE_WITH_KEY, resources: [this.key.keyArn] }];
  }
}

function subscriptionOf(subscription: DirectNotice): EmailSubscription | UrlSubscription {
  const filterPolicy = filterOf(subscription);
  return subscription.channel === 'email' ? new EmailSubscription(subscription.endpoint, { filterPolicy }) : new UrlSubscription(subscription.endpoint, { filterPolicy, rawMessageDelivery: true });
}

/** Who asks for customers hears each alert of theirs; everyone else hears a storm as one. */
export function filterOf({ regions, customers, severities }: NoticeFilters): Record<string, SubscriptionFilter> {
  return {
    ...(regions !== undefined && { region: oneOf(regions) }),
    ...(customers === undefined ? { grouped: oneOf(['no']) } : { customer: oneOf(customers) }),
    ...(severities !== undefined && { severity: oneOf(severities.map(String)) }),
  };
}

const oneOf = (values: readonly string[]): SubscriptionFilter => SubscriptionFilter.stringFilter({ allowlist: [...values] });
