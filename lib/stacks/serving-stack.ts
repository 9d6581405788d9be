import { RemovalPolicy } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { AlertsApi } from '../constructs/alerts-api/alerts-api.ts';
import { findDataKey } from '../constructs/data-key/data-key.ts';
import { findSignIn } from '../constructs/sign-in/sign-in.ts';
import { TrackingApi } from '../constructs/tracking-api/tracking-api.ts';
import { PlatformStack } from './platform-stack.ts';
import type { PlatformStackProps } from './platform-stack.ts';

/** What the API offers; each needs a token. Kept equal to lambdas/tracking-api by a test over its OpenAPI document. */
const ROUTES = ['/v1/shipments', '/v1/shipments/{id}', '/v1/health'] as const;

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
    const api = new HttpApi(this, 'Api', { description: `Waybill ${config.environment}: shipments, live`, createDefaultStage: false, defaultAuthorizer: this.authorizer() });
    const integration = new HttpLambdaIntegration('TrackingApiIntegration', handler.function);
    for (const path of ROUTES) api.addRoutes({ path, methods: [HttpMethod.GET], integration });
    const alerts = new AlertsApi(this, 'AlertsApi', { config, key: findDataKey(this, config) });
    const toAlerts = new HttpLambdaIntegration('AlertsApiIntegration', alerts.function);
    for (const { path, method } of ALERT_ROUTES) api.addRoutes({ path, methods: [method], integration: toAlerts });
    this.output(OUTPUTS.alertsApiFunction, alerts.function.functionName, 'Name of the function');
    this.addStage(api);
    this.output(OUTPUTS.apiUrl, api.apiEndpoint, 'Where the API answers');
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
