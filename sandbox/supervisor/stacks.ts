/** Stacks that are deployed in the sandbox, read by CloudFormation's own protocol. */
import { credentialHeader } from './credential-header.ts';

export interface DeployedStack {
  readonly name: string;
  /** For example `UPDATE_COMPLETE`. */
  readonly status: string;
}

/** CDK's own stack for assets. */
export const TOOLKIT_STACK = 'CDKToolkit';

export async function listStacks(endpoint: string, region: string): Promise<DeployedStack[]> {
  const xml = await query(endpoint, region, { Action: 'DescribeStacks' });
  return membersOf(xml, 'Stacks').flatMap((member) => {
    const name = textIn(member, 'StackName');
    return name === '' ? [] : [{ name, status: textIn(member, 'StackStatus') }];
  });
}

export async function countResources(endpoint: string, region: string, stack: string): Promise<number> {
  const xml = await query(endpoint, region, { Action: 'DescribeStackResources', StackName: stack });
  return [...xml.matchAll(/<LogicalResourceId>/g)].length;
}

export function isComplete(status: string): boolean {
  return status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE';
}

async function query(endpoint: string, region: string, parameters: Record<string, string>): Promise<string> {
  const answer = await fetch(`${endpoint}/`, {
    method: 'POST',
    headers: { authorization: credentialHeader('cloudformation', region), 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams({ ...parameters, Version: '2010-05-15' }).toString(),
    signal: AbortSignal.timeout(15_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${parameters['Action'] ?? ''} answered ${answer.status}: ${textIn(text, 'Message')}`);
  return text;
}

/** Top-level `<member>` elements of a list; members nest, so depth is counted. */
function membersOf(xml: string, list: string): string[] {
  const body = new RegExp(`<${list}>([\\s\\S]*)</${list}>`).exec(xml)?.[1] ?? '';
  const members: string[] = [];
  let depth = 0;
  let begin = 0;
  for (const match of body.matchAll(/<(\/?)member>/g)) {
    if (match[1] === '') {
      if (depth === 0) begin = match.index;
      depth += 1;
    } else {
      depth -= 1;
      if (depth === 0) members.push(body.slice(begin, match.index));
    }
  }
  return members;
}

function textIn(xml: string, element: string): string {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1] ?? '';
}
