import { N, S } from '../../../lambdas/_shared/marshall.ts';
import { rowStatement } from '../../../lambdas/raise-alerts/row-statements.ts';

const key = { pk: S('LATE:X'), sk: S('A') };
const read = { ...key, stateVersion: N(4), level: N(1), planned: N(7), storm: S('STORM:X') };

describe('rowStatement', () => {
  it('creates a row where none was read', () => {
    expect(rowStatement('alerts', { key, read: undefined, set: { stateVersion: N(1), level: N(2) }, unset: ['planned'], over: ['ackBy'] })).toStrictEqual({
      Statement: `INSERT INTO "alerts" VALUE {'pk': ?, 'sk': ?, 'stateVersion': ?, 'level': ?}`,
      Parameters: [S('LATE:X'), S('A'), N(1), N(2)],
    });
  });

  it('says what changes, under the version that was read', () => {
    expect(rowStatement('alerts', { key, read, set: { stateVersion: N(5), level: N(1), severity: N(3) } })).toStrictEqual({
      Statement: 'UPDATE "alerts" SET "stateVersion" = ? SET "severity" = ? WHERE "pk" = ? AND "sk" = ? AND "stateVersion" = ?',
      Parameters: [N(5), N(3), S('LATE:X'), S('A'), N(4)],
    });
  });

  it('nulls what is said no more where it was said, and what people said always', () => {
    const { Statement, Parameters } = rowStatement('alerts', { key, read, set: { stateVersion: N(5) }, unset: ['planned', 'estimated'], over: ['ackBy'] });
    expect(Statement).toBe('UPDATE "alerts" SET "stateVersion" = ? SET "planned" = ? SET "ackBy" = ? WHERE "pk" = ? AND "sk" = ? AND "stateVersion" = ?');
    expect(Parameters.slice(1, 3)).toStrictEqual([{ NULL: true }, { NULL: true }]);
    const gone = rowStatement('alerts', { key, read: { ...read, planned: { NULL: true } }, set: { stateVersion: N(5) }, unset: ['planned'] });
    expect(gone.Statement).not.toContain('planned');
  });

  it('asks of a row without a version that it has none', () => {
    expect(rowStatement('alerts', { key, read: key, set: { stateVersion: N(1) } }).Statement).toBe('UPDATE "alerts" SET "stateVersion" = ? WHERE "pk" = ? AND "sk" = ? AND "stateVersion" IS MISSING');
  });
});
