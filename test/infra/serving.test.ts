import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { propertiesOf, resourcesOf, spelled, stackOf, statementsOf } from './support/resources.ts';
import { PROJECT_ROOT, synthesize } from './support/synthesize.ts';
import { COUNT_REGIONS_ENV } from '../../lambdas/count-regions/names.ts';
import { TRACKING_API_ENV } from '../../lambdas/tracking-api/names.ts';

const OWN = { config: 'test/infra/fixtures/own-environment.json' };

describe('the HTTP API', () => {
  it('offers these routes, each only to callers with a token', () => {
    const routes = resourcesOf(synthesize({ env: 'prod' }), 'AWS::ApiGatewayV2::Route').map(({ resource }) => resource.Properties ?? {});
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual([
      'GET /v1/alerts', 'GET /v1/health', 'GET /v1/overview', 'GET /v1/regions/{id}', 'GET /v1/shipments', 'GET /v1/shipments/{id}', 'GET /v1/vehicles', 'GET /v1/vehicles/{id}',
      'POST /v1/alerts/{id}/acknowledge', 'POST /v1/alerts/{id}/snooze',
    ]);
    for (const route of routes) expect(spelled(route)).toMatchObject({ AuthorizationType: 'JWT', AuthorizerId: expect.stringMatching(/^<ApiReaders/) as string });
  });

  it('offers what its OpenAPI document promises, no more and no less', () => {
    const { paths } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'docs', 'api', 'openapi.json'), 'utf8')) as { paths: Record<string, Record<string, unknown>> };
    const promised = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).filter((method) => ['get', 'put', 'post', 'delete', 'patch'].includes(method)).map((method) => `${method.toUpperCase()} ${path}`));
    expect(resourcesOf(synthesize({ env: 'prod' }), 'AWS::ApiGatewayV2::Route').map(({ resource }) => resource.Properties?.['RouteKey']).sort()).toEqual(promised.sort());
  });

  it('takes tokens of the environment\'s own pool where no issuer is configured', () => {
    const { parameters, authorizer } = authorization({ env: 'prod' });
    expect(authorizer).toEqual({ Issuer: 'https://cognito-idp.<AWS::Region>.<AWS::URLSuffix>/<pool>', Audience: ['<client>'] });
    expect(parameters).toEqual(['/waybill/prod/user-pool-client-id', '/waybill/prod/user-pool-id']);
  });

  it('takes tokens of the configured issuer for the configured audience, and then makes no pool', () => {
    expect(authorization(OWN).authorizer).toEqual({ Issuer: 'https://login.example.com/tenant', Audience: ['waybill'] });
    expect(resourcesOf(synthesize(OWN), 'AWS::Cognito::UserPool')).toEqual([]);
    expect(Object.keys(stackOf(synthesize(OWN), 'serving').Outputs ?? {}).sort()).toEqual(expect.arrayContaining(['AlertsApiFunction', 'ApiUrl', 'CountRegionsFunction', 'FleetApiFunction', 'Issuer']));
  });

  it('tells the command line where it is and how to sign in', () => {
    expect(Object.keys(stackOf(synthesize({ env: 'local' }), 'serving').Outputs ?? {}).sort()).toEqual(expect.arrayContaining(['ApiUrl', 'Issuer', 'UserPoolClientId', 'UserPoolId']));
  });

  it('is throttled, and logs every call', () => {
    expect(propertiesOf(synthesize({ env: 'prod' }), 'AWS::ApiGatewayV2::Stage')).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
      AccessLogSettings: { Format: expect.stringContaining('$context.requestId') as string },
    });
  });
});

describe('tracking-api', () => {
  it('may read its tables and write its own log, nothing else', () => {
    const { PolicyDocument } = propertiesOf(synthesize(OWN), 'AWS::IAM::Policy', 'TrackingApiRights');
    expect(statementsOf(PolicyDocument).map(({ Action, Resource }) => ({ Action, Resource }))).toEqual([
      { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: [expect.stringMatching(/^<TrackingApiLogs\w{8}\.Arn>$/)] },
      { Action: ['dynamodb:Query'], Resource: ['api-access', 'lake-ledger', 'region-counts', 'shipments', ...['carrier', 'customer', 'delayed', 'region', 'status'].map((key) => `shipments/index/by-${key}`)].map((name) => `arn:aws:dynamodb:eu-west-1:123456789012:table/waybill-acme-${name}`) },
      { Action: ['dynamodb:GetItem'], Resource: ['arn:aws:dynamodb:eu-west-1:123456789012:table/waybill-acme-region-counts'] },
      { Action: ['dynamodb:BatchGetItem'], Resource: ['arn:aws:dynamodb:eu-west-1:123456789012:table/waybill-acme-shipments'] },
      { Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::waybill-acme-lake-123456789012-eu-west-1/reports/daily/latest.json'] },
      { Action: ['kms:Decrypt'], Resource: [expect.stringMatching(/^<Ssm/)] },
    ]);
  });

  it('gets every variable that its handler names', () => {
    const { Environment, Runtime, Architectures } = propertiesOf(synthesize({ env: 'prod' }), 'AWS::Lambda::Function', 'TrackingApi') as { Environment: { Variables: Record<string, string> }; Runtime: string; Architectures: string[] };
    expect(Object.keys(Environment.Variables).sort()).toEqual(Object.values(TRACKING_API_ENV).sort());
    expect([Runtime, Architectures]).toEqual(['nodejs24.x', ['arm64']]);
  });
});

describe('other origins', () => {
  it('may not call the API, unless the configuration names them', () => {
    expect(propertiesOf(synthesize({ env: 'prod' }), 'AWS::ApiGatewayV2::Api')).not.toHaveProperty('CorsConfiguration');
    expect(propertiesOf(synthesize(OWN), 'AWS::ApiGatewayV2::Api')).toMatchObject({
      CorsConfiguration: { AllowOrigins: ['https://ops.example.com'], AllowMethods: ['GET', 'POST'], AllowHeaders: ['authorization', 'content-type', 'if-none-match'], ExposeHeaders: ['etag', 'x-as-of', 'retry-after'], MaxAge: 3_600 },
    });
  });
});

describe('count-regions', () => {
  it('may scan shipments, read positions, write counts, nothing else', () => {
    const { PolicyDocument } = propertiesOf(synthesize(OWN), 'AWS::IAM::Policy', 'CountRegionsRights');
    const table = (name: string): string[] => [`arn:aws:dynamodb:eu-west-1:123456789012:table/waybill-acme-${name}`];
    expect(statementsOf(PolicyDocument).map(({ Action, Resource }) => ({ Action, Resource })).slice(1, 4)).toEqual([
      { Action: ['dynamodb:Scan'], Resource: table('shipments') },
      { Action: ['dynamodb:BatchGetItem', 'dynamodb:Query'], Resource: table('vehicle-pages') },
      { Action: ['dynamodb:PutItem'], Resource: table('region-counts') },
    ]);
  });

  it('gets every variable that its handler names, and is called as often as the profile says', () => {
    const { Environment } = propertiesOf(synthesize({ env: 'prod' }), 'AWS::Lambda::Function', 'CountRegions') as { Environment: { Variables: Record<string, string> } };
    expect(Object.keys(Environment.Variables).sort()).toEqual(Object.values(COUNT_REGIONS_ENV).sort());
    const rate = (env: string): unknown => propertiesOf(synthesize({ env }), 'AWS::Scheduler::Schedule', 'LiveSchedules')['ScheduleExpression'];
    expect(['local', 'dev', 'prod'].map(rate)).toEqual(['rate(1 minute)', 'rate(5 minutes)', 'rate(2 minutes)']);
  });
});

describe('sign-in', () => {
  it('admits only whom an administrator has entered, with long passwords', () => {
    expect(propertiesOf(synthesize({ env: 'prod' }), 'AWS::Cognito::UserPool')).toMatchObject({
      UserPoolName: 'waybill-prod-users',
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Policies: { PasswordPolicy: { MinimumLength: 12, RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true } },
      MfaConfiguration: 'OPTIONAL',
      DeletionProtection: 'ACTIVE',
    });
  });

  it('works by password and without telling which users exist', () => {
    expect(propertiesOf(synthesize({ env: 'local' }), 'AWS::Cognito::UserPoolClient')).toMatchObject({
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
    });
  });

  it('knows operators and partners', () => {
    expect(resourcesOf(synthesize({ env: 'prod' }), 'AWS::Cognito::UserPoolGroup').map(({ resource }) => resource.Properties?.['GroupName'])).toEqual(['operators', 'partners']);
  });

  it('can be deleted with the sandbox', () => {
    expect(propertiesOf(synthesize({ env: 'local' }), 'AWS::Cognito::UserPool')).toMatchObject({ DeletionProtection: 'INACTIVE' });
  });
});

/** Issuer and audience, with the pool's parameters by what they stand for. */
function authorization(context: Parameters<typeof synthesize>[0]): { authorizer: unknown; parameters: string[] } {
  const environment = synthesize(context);
  const { JwtConfiguration } = propertiesOf(environment, 'AWS::ApiGatewayV2::Authorizer');
  const parameters = Object.entries(stackOf(environment, 'serving').Parameters ?? {}).filter(([, { Default }]) => Default?.includes('user-pool'));
  const text = parameters.reduce((json, [id, { Default }]) => json.replaceAll(`<${id}>`, Default?.endsWith('client-id') === true ? '<client>' : '<pool>'), JSON.stringify(spelled(JwtConfiguration)));
  return { authorizer: JSON.parse(text) as unknown, parameters: parameters.map(([, { Default }]) => Default ?? '').sort() };
}
