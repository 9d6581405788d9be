import { MissingEnvironmentError, requireEnv } from '../../../lambdas/_shared/environment.ts';

describe('Reading the environment', () => {
  it('returns trimmed values by name', () => {
    expect(requireEnv(['A', 'B'], { A: ' a ', B: '0' })).toEqual({ A: 'a', B: '0' });
  });

  it.each([
    ['absent', {}],
    ['empty', { A: '', B: '' }],
    ['blank', { A: ' ', B: '\t' }],
  ])('counts %s values as missing and names all of them', (_, env) => {
    const read = (): unknown => requireEnv(['A', 'OK', 'B'], { ...env, OK: 'x' });

    expect(read).toThrow(MissingEnvironmentError);
    expect(read).toThrow(/"A", "B"/);
  });
});
