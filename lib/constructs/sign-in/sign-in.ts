import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Stack } from 'aws-cdk-lib';
import { CfnUserPoolGroup, Mfa, UserPool } from 'aws-cdk-lib/aws-cognito';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { parameterName, SIGN_IN_GROUPS, userPoolName } from '../../../contracts/platform-names.ts';

const NO_PLUS_PLAN = 'Threat protection needs the Cognito Plus plan, priced per user. Users are made by administrators only (no self sign-up).';

export interface SignInProps {
  readonly environment: string;
  readonly removalPolicy: RemovalPolicy;
}

/** The people who may read, where no other issuer is configured. The pool's ids lie in parameters: AWS chooses them. */
export class SignIn extends Construct {
  constructor(scope: Construct, id: string, { environment, removalPolicy }: SignInProps) {
    super(scope, id);
    const pool = new UserPool(this, 'Users', {
      userPoolName: userPoolName(environment),
      selfSignUpEnabled: false,
      signInAliases: { username: true, email: true },
      passwordPolicy: { minLength: 12, requireLowercase: true, requireUppercase: true, requireDigits: true, requireSymbols: true, tempPasswordValidity: Duration.days(3) },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
    const client = pool.addClient('Readers', { authFlows: { userPassword: true, userSrp: true }, preventUserExistenceErrors: true, disableOAuth: true, accessTokenValidity: Duration.hours(1), idTokenValidity: Duration.hours(1) });
    for (const [groupName, description] of Object.entries(SIGN_IN_GROUPS)) new CfnUserPoolGroup(this, `Group-${groupName}`, { userPoolId: pool.userPoolId, groupName, description });
    new StringParameter(this, 'UserPoolId', { parameterName: parameterName(environment, 'user-pool-id'), stringValue: pool.userPoolId });
    new StringParameter(this, 'UserPoolClientId', { parameterName: parameterName(environment, 'user-pool-client-id'), stringValue: client.userPoolClientId });
    Validations.of(pool).acknowledge(
      { id: 'AwsSolutions-COG2', reason: 'A second factor is offered to every user; it is not forced because scheduled readers sign in without a person. An environment that must force it configures its own issuer.' },
      { id: 'AwsSolutions-COG3', reason: NO_PLUS_PLAN },
      { id: 'AwsSolutions-COG8', reason: NO_PLUS_PLAN },
    );
  }
}

/** Where the serving stack finds the pool. */
export function findSignIn(stack: Stack, environment: string): { userPoolId: string; clientId: string; issuer: string } {
  const userPoolId = StringParameter.valueForStringParameter(stack, parameterName(environment, 'user-pool-id'));
  const clientId = StringParameter.valueForStringParameter(stack, parameterName(environment, 'user-pool-client-id'));
  return { userPoolId, clientId, issuer: `https://cognito-idp.${stack.region}.${stack.urlSuffix}/${userPoolId}` };
}
