/** Errors in the shape that the SDK of each service reads. */
import { randomUUID } from 'node:crypto';
import type { CallIdentity, EdgeReply } from './router-part.ts';

export interface Failure {
  readonly status: number;
  /** AWS's error code, for example `SlowDown`. */
  readonly code: string;
  readonly message: string;
}

/** The reply of a service that refuses; SDKs take code and message from it. */
export function errorReply({ protocol, resource }: Pick<CallIdentity, 'protocol' | 'resource'>, failure: Failure): EdgeReply {
  const requestId = randomUUID();
  const common = { 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId };
  switch (protocol) {
    case 'json':
      return jsonReply(failure, { ...common, 'content-type': 'application/x-amz-json-1.1' });
    case 'rest-json':
      return jsonReply(failure, { ...common, 'content-type': 'application/json' });
    case 'rest-xml':
      return xmlReply(failure, common, `<Error>${codeAndMessage(failure)}<Resource>${escapeXml(resource)}</Resource><RequestId>${requestId}</RequestId></Error>`);
    case 'query':
      return xmlReply(failure, common, queryError(failure, requestId));
  }
}

/** Nobody serves this: named, so that nobody has to guess. */
export function notServed(call: CallIdentity): EdgeReply {
  return errorReply(call, {
    status: 501,
    code: 'NotImplemented',
    message: `The sandbox does not serve ${call.service} ${call.operation}. It serves what Waybill's own templates and code use; docs/sandbox.md lists the services.`,
  });
}

function jsonReply({ status, code, message }: Failure, headers: Record<string, string>): EdgeReply {
  return { status, headers: { ...headers, 'x-amzn-errortype': code }, body: JSON.stringify({ __type: code, code, message, Message: message }) };
}

function xmlReply({ status }: Failure, headers: Record<string, string>, xml: string): EdgeReply {
  return { status, headers: { ...headers, 'content-type': 'application/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>\n${xml}` };
}

function queryError(failure: Failure, requestId: string): string {
  const type = failure.status >= 500 ? 'Receiver' : 'Sender';
  return `<ErrorResponse><Error><Type>${type}</Type>${codeAndMessage(failure)}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}

const codeAndMessage = ({ code, message }: Failure): string => `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
