import { B, N, S } from '../../../lambdas/_shared/marshall.ts';
import { updateStatement } from '../../../lambdas/track-shipments/statements.ts';

const KEY = { pk: S('SHP-1'), sk: S('S') };

describe('an update of an item', () => {
  it('sends what changed, under the condition on the version that vouches for the rest', () => {
    const before = { ...KEY, version: N(7), entries: B(Buffer.from('old')), status: S('BOOKED'), delayMinutes: N(5), lastPlace: { NULL: true as const } };
    const after = { ...KEY, version: N(8), entries: B(Buffer.from('new')), status: S('BOOKED'), delayMinutes: S('5'), lastPlace: S('DEHAM') };
    expect(updateStatement('shipments', { before, after })).toStrictEqual({
      Statement: 'UPDATE "shipments" SET "version" = ? SET "entries" = ? SET "delayMinutes" = ? SET "lastPlace" = ? WHERE "pk" = ? AND "sk" = ? AND "version" = ?',
      Parameters: [after.version, after.entries, after.delayMinutes, after.lastPlace, KEY.pk, KEY.sk, before.version],
    });
  });

  it('makes NULL what vanished, but removes what a sparse index is keyed by', () => {
    const before = { ...KEY, version: N(7), eta: N(1), reviewAt: N(2), status: S('BOOKED') };
    const after = { ...KEY, version: N(8), status: S('BOOKED') };
    expect(updateStatement('shipments', { before, after })).toStrictEqual({
      Statement: 'UPDATE "shipments" SET "version" = ? SET "eta" = ? REMOVE reviewAt WHERE "pk" = ? AND "sk" = ? AND "version" = ?',
      Parameters: [after.version, { NULL: true }, KEY.pk, KEY.sk, before.version],
    });
  });
});
