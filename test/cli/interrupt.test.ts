import process from 'node:process';
import { terminalIo } from '../../cli/output/io.ts';

describe('Ctrl-C', () => {
  it('stays with the command that waits for it: a listener that counts the others must find ours', async () => {
    const before = process.listeners('SIGINT');
    const { interrupted } = terminalIo();
    const ours = process.listeners('SIGINT').filter((each) => !before.includes(each));
    try {
      expect(ours).toHaveLength(1);
      process.emit('SIGINT', 'SIGINT');
      await interrupted;
      expect(process.listeners('SIGINT')).toEqual(expect.arrayContaining(ours));
    } finally {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) for (const each of ours) process.removeListener(signal, each);
    }
  });
});
