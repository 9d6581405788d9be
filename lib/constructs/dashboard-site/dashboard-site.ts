import { CustomResource, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { AllowedMethods, CachePolicy, Distribution, HttpVersion, OriginProtocolPolicy, OriginRequestPolicy, OriginSslPolicy, PriceClass, SecurityPolicyProtocol, ViewerProtocolPolicy } from 'aws-cdk-lib/aws-cloudfront';
import type { BehaviorOptions, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { SITE_FOLDER, SITE_LIST } from '../../../lambdas/publish-site/names.ts';
import type { PublishSiteProperties } from '../../../lambdas/publish-site/names.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';
import type { PlatformStack } from '../../stacks/platform-stack.ts';
import { BundledFunction } from '../bundled-function/bundled-function.ts';
import { buildPage } from './build-page.ts';
import { siteHeaders } from './site-headers.ts';

const INCOMPLETE_UPLOAD_DAYS = 7;
/** A stack must not wait an hour for a publisher that died. */
const PUBLISH_TIMEOUT = Duration.minutes(3);

export interface DashboardSiteProps {
  readonly config: PlatformConfig;
  readonly removalPolicy: RemovalPolicy;
  /** Id of the HTTP API behind `/v1/*`. */
  readonly apiId: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly signInAt: PublishSiteProperties['SignInAt'];
}

/** The dashboard: a private bucket behind CloudFront, with the API under the same address, and the page published into it. */
export class DashboardSite extends Construct {
  readonly bucket: Bucket;
  /** Where people open it, `https://…`. */
  readonly url: string;

  private readonly stack: PlatformStack;

  constructor(stack: PlatformStack, id: string, props: DashboardSiteProps) {
    super(stack, id);
    this.stack = stack;
    this.bucket = this.addBucket(props);
    const distribution = this.addDistribution(props);
    this.publish(props);
    this.url = `https://${props.config.site.domainName ?? distribution.distributionDomainName}`;
  }

  /** What lies here is built from the sources at any time; nothing in it is old. */
  private addBucket({ removalPolicy }: DashboardSiteProps): Bucket {
    const bucket = new Bucket(this, 'Bucket', {
      bucketName: this.stack.bucketName('site'),
      removalPolicy,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ id: 'tidy', abortIncompleteMultipartUploadAfter: Duration.days(INCOMPLETE_UPLOAD_DAYS) }],
    });
    Validations.of(bucket).acknowledge({ id: 'AwsSolutions-S1', reason: 'Only CloudFront reads this bucket, and each of its requests is in the access log of the distribution.' });
    return bucket;
  }

  private addDistribution(props: DashboardSiteProps): Distribution {
    const { site, environment } = props.config;
    const headers = siteHeaders(this, { region: this.stack.region, urlSuffix: this.stack.urlSuffix, issuer: props.signInAt === 'issuer' ? props.issuer : undefined, tiles: site.tiles?.url });
    const distribution = new Distribution(this, 'Distribution', {
      comment: `Waybill ${environment}: dashboard`,
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      enableLogging: true,
      logBucket: this.addLogBucket(props) as IBucket,
      ...(site.domainName === undefined || site.certificateArn === undefined ? {} : { domainNames: [site.domainName], certificate: Certificate.fromCertificateArn(this, 'Certificate', site.certificateArn), minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021 }),
      defaultBehavior: { origin: S3BucketOrigin.withOriginAccessControl(this.bucket as IBucket), viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS, cachePolicy: CachePolicy.CACHING_OPTIMIZED, responseHeadersPolicy: headers, compress: true },
      additionalBehaviors: { '/v1/*': this.apiBehavior(props, headers) },
    });
    acknowledge(distribution, site.domainName !== undefined);
    return distribution;
  }

  /** The API under the page's own address: no other origin to allow. It asks for the token itself, so all headers go on, and nothing is kept. */
  private apiBehavior({ apiId }: DashboardSiteProps, responseHeadersPolicy: ResponseHeadersPolicy): BehaviorOptions {
    return {
      origin: new HttpOrigin(`${apiId}.execute-api.${this.stack.region}.${this.stack.urlSuffix}`, { protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY, originSslProtocols: [OriginSslPolicy.TLS_V1_2] }),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy,
    };
  }

  /** CloudFront writes its logs by an access control list, which the environment's own log bucket does not have. */
  private addLogBucket({ config, removalPolicy }: DashboardSiteProps): Bucket {
    const bucket = new Bucket(this, 'AccessLogs', {
      bucketName: this.stack.bucketName('site-logs'),
      removalPolicy,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ id: 'tidy', expiration: Duration.days(config.lake.accessLogDays), abortIncompleteMultipartUploadAfter: Duration.days(INCOMPLETE_UPLOAD_DAYS) }],
    });
    Validations.of(bucket).acknowledge({ id: 'AwsSolutions-S1', reason: 'This is the bucket that the access logs of the site go to; logging it would log the logging.' });
    return bucket;
  }

  private publish({ config, removalPolicy, issuer, clientId, signInAt }: DashboardSiteProps): void {
    const page = buildPage();
    const files = Object.fromEntries(Object.entries({ ...page.bodies, [SITE_LIST]: Buffer.from(JSON.stringify(page.files)) }).map(([path, body]) => [`${SITE_FOLDER}/${path}`, body]));
    const publisher = new BundledFunction(this, 'PublishSite', {
      description: 'Publishes the dashboard when the stack is deployed',
      bundle: { lambda: 'publish-site', files },
      memoryMegabytes: 512,
      timeout: Duration.minutes(2),
      logRetentionDays: config.logRetentionDays,
      environment: {},
    });
    publisher.allow({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] });
    publisher.allow({ actions: ['s3:PutObject', 's3:DeleteObject'], resources: [this.bucket.arnForObjects('*')], wildcard: 'It writes and removes every file of the site, and nothing else lies in this bucket.' });

    const properties: PublishSiteProperties = {
      Bucket: this.bucket.bucketName,
      Files: page.files.map(({ path }) => path),
      ContentHash: page.hash,
      Issuer: issuer,
      ClientId: clientId,
      Region: this.stack.region,
      Environment: config.environment,
      SignInAt: signInAt,
      ...(config.site.tiles === undefined ? {} : { Tiles: JSON.stringify(config.site.tiles) }),
      EmptyOnDelete: removalPolicy === RemovalPolicy.DESTROY ? 'true' : 'false',
    };
    const resource = new CustomResource(this, 'Page', { resourceType: 'Custom::WaybillPage', serviceToken: publisher.function.functionArn, serviceTimeout: PUBLISH_TIMEOUT, properties: { ...properties } });
    resource.node.addDependency(publisher, this.bucket);
  }
}

function acknowledge(distribution: Distribution, hasOwnDomain: boolean): void {
  Validations.of(distribution).acknowledge(
    { id: 'AwsSolutions-CFR1', reason: 'Operations people travel; who may read is decided by the sign-in, not by the country of an address.' },
    { id: 'AwsSolutions-CFR2', reason: 'The page is static and public by nature, and the API behind it has its own rate limit and asks every request for a token.' },
    ...(hasOwnDomain ? [] : [{ id: 'AwsSolutions-CFR4', reason: "Without a domain of one's own CloudFront serves its default certificate, and AWS alone decides its protocols; site.domainName with a certificate asks for TLS 1.2." }]),
  );
}
