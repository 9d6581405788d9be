/** An Authorization header with a credential scope and no valid signature: the scope is how the sandbox tells services apart. */
export function credentialHeader(service: string, region: string, accessKey = 'supervisor'): string {
  return `AWS4-HMAC-SHA256 Credential=${accessKey}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}
