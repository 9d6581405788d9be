import { createHash } from 'node:crypto';

/** A cursor that we did not write, or that belongs to another question. */
export class BadCursorError extends Error {
  override readonly name = 'BadCursorError';
}

export const CURSOR_MAXIMUM = 2_000;

/**
 * Where a list goes on, as opaque text: JSON with the question it belongs to and a checksum, in base64url. It carries no
 * right: whoever alters one gets another place in the same question, at most.
 */
export function encodeCursor(position: unknown, question: string): string {
  const body = JSON.stringify([digest(question), position]);
  return Buffer.from(digest(body) + body).toString('base64url');
}

/** @throws BadCursorError */
export function decodeCursor(cursor: string, question: string): unknown {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const body = text.slice(DIGEST_LENGTH);
  if (cursor.length > CURSOR_MAXIMUM || text.slice(0, DIGEST_LENGTH) !== digest(body)) throw new BadCursorError('The cursor is damaged.');
  const [asked, position] = JSON.parse(body) as [string, unknown];
  if (asked !== digest(question)) throw new BadCursorError('The cursor belongs to another question.');
  return position;
}

const DIGEST_LENGTH = 11;
const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, DIGEST_LENGTH);
