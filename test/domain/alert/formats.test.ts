import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { email, noticeAttributes, slack } from '../../../domain/alert/index.ts';
import type { AlertNotice } from '../../../domain/alert/index.ts';
import { goldenFiles, NOTICES } from '../../fixtures/alert-notices/notices.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/alert-notices');
const hostile = NOTICES['hostile'] as AlertNotice;

describe('the formats of a notice', () => {
  it.each(Object.entries(goldenFiles()))('%s is as it was', (name, text) => {
    expect(text).toBe(readFileSync(join(FOLDER, name), 'utf8'));
  });

  it('have no golden file that nothing makes', () => {
    expect(readdirSync(FOLDER).filter((name) => !name.endsWith('.ts')).sort()).toStrictEqual(Object.keys(goldenFiles()).sort());
  });

  it('keep what senders wrote as text: no line breaks in a subject, no marks and links in Slack', () => {
    expect(email(hostile).subject).toMatch(/^[\x20-\x7e]{1,99}$/);
    expect(slack(hostile)).not.toMatch(/<b>/);
  });

  it('say what subscriptions filter by', () => {
    expect(noticeAttributes(NOTICES['late'] as AlertNotice)).toStrictEqual({ region: 'benelux', customer: 'CUST-0042', severity: '2', kind: 'LATE', grouped: 'no' });
    expect(noticeAttributes(NOTICES['storm'] as AlertNotice)).toMatchObject({ customer: 'unknown', kind: 'STORM', grouped: 'no' });
    expect(noticeAttributes(hostile)).toMatchObject({ grouped: 'yes' });
  });
});
