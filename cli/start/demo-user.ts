import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import type { SignInGroup } from '../../contracts/platform-names.ts';
import { DEMO_USER, demoPasswordFile } from '../platform/api.ts';
import type { Platform } from '../platform/platform.ts';

/** So that whoever tries the sandbox may acknowledge alerts. */
const DEMO_GROUP: SignInGroup = 'operators';

/** Makes the sandbox's demo user, or makes sure that its password is the one in the file. Its password is this sandbox's own. */
export async function ensureDemoUser(platform: Platform, dir: string): Promise<void> {
  const file = demoPasswordFile(dir);
  const password = existsSync(file) ? readFileSync(file, 'utf8').trim() : `Demo-${randomBytes(9).toString('base64url')}7`;
  const UserPoolId = await platform.output('serving', OUTPUTS.userPoolId);
  const cognito = await import('@aws-sdk/client-cognito-identity-provider');
  const idp = new cognito.CognitoIdentityProviderClient(platform.client);
  try {
    await idp.send(new cognito.AdminCreateUserCommand({ UserPoolId, Username: DEMO_USER, MessageAction: 'SUPPRESS' })).catch((error: unknown) => {
      if (!(error instanceof Error && error.name === 'UsernameExistsException')) throw error;
    });
    await idp.send(new cognito.AdminSetUserPasswordCommand({ UserPoolId, Username: DEMO_USER, Password: password, Permanent: true }));
    await idp.send(new cognito.AdminAddUserToGroupCommand({ UserPoolId, Username: DEMO_USER, GroupName: DEMO_GROUP }));
  } finally {
    idp.destroy();
  }
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
}
