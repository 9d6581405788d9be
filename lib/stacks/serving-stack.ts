import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CorsHttpMethod, HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import type { HttpApiProps } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { AlertsApi } from '../constructs/alerts-api/alerts-api.ts';
import { CountRegions } from '../constructs/count-regions/count-regions.ts';
import { DashboardSite } from '../constructs/dashboard-site/dashboard-site.ts';
import { findDataKey } from '../constructs/data-key/data-key.ts';
import { FleetApi } from '../constructs/fleet-api/fleet-api.ts';
import { LakeSchedules } from '../constructs/lake-schedules/lake-schedules.ts';
import { findSignIn } from '../constructs/sign-in/sign-in.ts';
import { TrackingApi } from '../constructs/tracking-api/tracking-api.ts';
import { addCountsOld } from '../monitoring/count-alarms.ts';
import { PlatformStack } from './platform-stack.ts';
import type { PlatformStackProps } from './platform-stack.ts';

/** What the API offers; each needs a token. Kept equal to docs/api/openapi.json by a test. These are of tracking-api. */
const ROUTES = ['/v1/shipments', '/v1/shipments/{id}', '/v1/overview', '/v1/regions/{id}', '/v1/health'] as const;

/** Of fleet-api. */
const FLEET_ROUTES = ['/v1/vehicles', '/v1/vehicles/{id}'] as const;

/** Of alerts-api. */
const ALERT_ROUTES = [
  { path: '/v1/alerts', method: HttpMethod.GET },
  { path: '/v1/alerts/{id}/acknowledge', method: HttpMethod.POST },
  { path: '/v1/alerts/{id}/snooze', method: HttpMethod.POST },
] as const;

/** The HTTP API over live state. */
export class ServingStack extends PlatformStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, props, { kind: 'serving', description: 'HTTP API over live state', stateful: false });
    const { config } = props;
    const handler = new TrackingApi(this, 'TrackingApi', { config, key: findDataKey(this, config) });
    const api = new HttpApi(this, 'Api', { description: `Waybill ${config.environment}: live state`, createDefaultStage: false, defaultAuthorizer: this.authorizer(), ...this.cors() });
    const integration = new HttpLambdaIntegration('TrackingApiIntegration', handler.function);
    for (const path of ROUTES) api.addRoutes({ path, methods: [HttpMethod.GET], integration });
    const alerts = new AlertsApi(this, 'AlertsApi', { config, key: findDataKey(this, config) });
    const toAlerts = new HttpLambdaIntegration('AlertsApiIntegration', alerts.function);
    for (const { path, method } of ALERT_ROUTES) api.addRoutes({ path, methods: [method], integration: toAlerts });
    const fleet = new FleetApi(this, 'FleetApi', { config, key: findDataKey(this, config) });
    const toFleet = new HttpLambdaIntegration('FleetApiIntegration', fleet.function);
    for (const path of FLEET_ROUTES) api.addRoutes({ path, methods: [HttpMethod.GET], integration: toFleet });
    this.output(OUTPUTS.fleetApiFunction, fleet.function.functionName, 'Name of the function');
    this.output(OUTPUTS.alertsApiFunction, alerts.function.functionName, 'Name of the function');
    this.addStage(api);
    this.addCounting(props);
    this.output(OUTPUTS.apiUrl, api.apiEndpoint, 'Where the API answers');
    this.addSite(api, props);
  }

  /** Pages of other origins that may call the API: none, where the dashboard is served from the API's own origin. */
  private cors(): Pick<HttpApiProps, 'corsPreflight'> {
    const { allowedOrigins } = this.config.api;
    if (allowedOrigins.length === 0) return {};
    return {
      corsPreflight: {
        allowOrigins: [...allowedOrigins],
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST],
        allowHeaders: ['authorization', 'content-type', 'if-none-match'],
        exposeHeaders: ['etag', 'x-as-of', 'retry-after'],
        maxAge: Duration.hours(1),
      },
    };
  }

  private addCounting({ config, alarms }: PlatformStackProps): void {
    const count = new CountRegions(this, 'CountRegions', { config, key: findDataKey(this, config) });
    this.output(OUTPUTS.countRegionsFunction, count.function.functionName, 'Name of the function');
    const schedules = new LakeSchedules(this, 'LiveSchedules', { timeZone: config.batch.businessTimeZone, enabled: true, group: `waybill-${config.environment}-counts` });
    const minutes = config.live.countEverySeconds / 60;
    schedules.add('CountRegions', { expression: `rate(${minutes} minute${minutes === 1 ? '' : 's'})`, description: 'Counts regions', targetArn: count.function.functionArn, action: 'lambda:InvokeFunction', input: {} });
    addCountsOld({ registry: alarms, scope: this });
  }

  /** The dashboard, with the API under its own address. */
  private addSite(api: HttpApi, { config, removalPolicy }: PlatformStackProps): void {
    const { issuer, audience } = config.api;
    const pool = issuer === undefined ? findSignIn(this, this.environmentName) : undefined;
    const signIn = pool === undefined ? { issuer: issuer ?? '', clientId: config.site.clientId ?? audience?.[0] ?? '', signInAt: 'issuer' as const } : { issuer: pool.issuer, clientId: pool.clientId, signInAt: 'user-pool' as const };
    const site = new DashboardSite(this, 'Site', { config, removalPolicy, apiId: api.apiId, ...signIn });
    this.output(OUTPUTS.siteUrl, site.url, 'Where the dashboard is');
    this.output(OUTPUTS.siteBucket, site.bucket.bucketName, 'Bucket of the page');
  }

  /** The configured issuer, or the environment's own pool. */
  private authorizer(): HttpJwtAuthorizer {
    const { issuer, audience } = this.config.api;
    if (issuer !== undefined && audience !== undefined) {
      this.output(OUTPUTS.issuer, issuer, 'Issuer of the tokens that the API takes');
      return new HttpJwtAuthorizer('Readers', issuer, { jwtAudience: [...audience] });
    }
    const pool = findSignIn(this, this.environmentName);
    this.output(OUTPUTS.issuer, pool.issuer, 'Issuer of the tokens that the API takes');
    this.output(OUTPUTS.userPoolId, pool.userPoolId, 'Pool of the people who may read');
    this.output(OUTPUTS.userPoolClientId, pool.clientId, 'Client to sign in with; audience of the tokens');
    return new HttpJwtAuthorizer('Readers', pool.issuer, { jwtAudience: [pool.clientId] });
  }

  private addStage(api: HttpApi): void {
    const logs = new LogGroup(this, 'ApiAccessLogs', { retention: this.config.logRetentionDays, removalPolicy: RemovalPolicy.DESTROY });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: this.config.api.requestsPerSecond, burstLimit: this.config.api.burst },
      accessLogSettings: { destination: new LogGroupLogDestination(logs) },
    });
  }
}
