import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Alias } from 'aws-cdk-lib/aws-kms';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { noticeTopicName } from '../../../contracts/platform-names.ts';
import { WRITE_WITH_KEY } from '../data-key/data-key.ts';
import type { Right } from '../rights/rights.ts';

export interface NoticeTopicProps {
  readonly environment: string;
  /** @default - SNS's own key: only roles of this account publish here, and its policy admits them. */
  readonly key: IKey | undefined;
  /** E-mail addresses or https URLs. */
  readonly listeners: readonly string[];
}

/** What the lake tells people: a day is published, will be late, was kept back. No alarm publishes here. */
export class NoticeTopic extends Construct {
  readonly topic: Topic;
  private readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, { environment, key, listeners }: NoticeTopicProps) {
    super(scope, id);
    this.key = key;
    this.topic = new Topic(this, 'Topic', {
      topicName: noticeTopicName(environment),
      displayName: `Waybill ${environment} lake`,
      masterKey: key ?? Alias.fromAliasName(this, 'SnsKey', 'alias/aws/sns'),
      enforceSSL: true,
    });
    for (const listener of listeners) this.topic.addSubscription(listener.startsWith('https://') ? new UrlSubscription(listener) : new EmailSubscription(listener));
  }

  publishRights(): readonly Right[] {
    const publish: Right = { actions: ['sns:Publish'], resources: [this.topic.topicArn] };
    return this.key === undefined ? [publish] : [publish, { actions: WRITE_WITH_KEY, resources: [this.key.keyArn] }];
  }
}
