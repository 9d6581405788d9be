/**
 * Which way imports may go (docs/architecture.md): contracts <- domain <- lambdas; lib <- bin.
 * Each room lists what it may import beside itself and packages; everything else of ours is refused.
 */
const ROOMS = ['bin', 'lib', 'lambdas', 'domain', 'contracts', 'producer', 'simulator', 'sandbox', 'cli', 'dashboard', 'bench', 'test'];

/** @type {Record<string, string[]>} */
export const MAY_IMPORT = {
  contracts: [],
  domain: ['contracts'],
  lambdas: ['contracts', 'domain'],
  lib: ['contracts', 'lambdas/*/names.ts'],
  bin: ['lib', 'contracts'],
  producer: ['contracts'],
  simulator: ['contracts'],
  sandbox: [],
  cli: ['contracts', 'domain', 'producer', 'simulator'],
  dashboard: ['contracts'],
  bench: ROOMS.filter((room) => room !== 'test'),
};

export const importZones = Object.entries(MAY_IMPORT).flatMap(([room, allowed]) =>
  ROOMS.filter((other) => other !== room && !allowed.includes(other)).map((other) => ({
    target: `./${room}/**/*`,
    from: `./${other}/**/*`,
    except: allowed.filter((path) => path.startsWith(`${other}/`)).map((path) => `**/${path}`),
    message: `${room} may import only: ${['itself', ...allowed].join(', ')} (docs/architecture.md).`,
  })),
);
