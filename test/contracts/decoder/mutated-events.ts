/** Events that are nearly right: samples, written in other ways or bent somewhere, as texts and as bytes. */

type Node = { members: [string, Node][] } | { entries: Node[] } | { raw: string };

/** Whole numbers from 0 up to, not including, a limit. */
export type Pick = (limit: number) => number;

/** A small deterministic generator (mulberry32): one seed, one event. */
export function pickFrom(seed: number): Pick {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
}

/** Values at the edges of rules and of JSON, as they are written. */
const VALUES = [
  '0', '-0', '1', '-1', '1.0', '1.5', '0.1', '90', '90.000001', '-90', '180', '359.99', '360', '52.370216100000004', '9007199254740993', '123456789012345', '1234567890123456', '0.30000000000000004', '1e2', '1E+2', '1e-7', '1e400', '01', '1.', '.5', '-', '+1', '1e', 'NaN', '0x10',
  '""', '"a"', '"ACTUAL"', '"PLANNED"', '"RETRACT"', '"UPSERT"', '"CONTAINER"', '"EMPTY"', '"ASSUMED"', '"AWB"', '"EUR"', '"PLACED"', '"1.0"', '"1.17"', '"2.0"', '"01.0"', '"1.00"', '"DCSA:MAEU"', '"dcsa:MAEU"', '"NLRTM"', '"CSQU3054383"', '"CSQU3054384"', '"MAEU"', '"9321483"',
  '"Göteborg"', '"上海"', '"🚢"', '"a\\u00e9"', '"\\ud83d\\ude80"', '"\\ud83d"', '"\\/"', '"\\x"', '"\\u12"', '"\\n"', '"a\tb"', '"\u007f"', '"e\\u0301"', `"${'x'.repeat(64)}"`, `"${'x'.repeat(65)}"`, `"${'é'.repeat(100)}"`, `"${'é'.repeat(101)}"`, `"${'🚢'.repeat(100)}"`, `"${'x'.repeat(501)}"`,
  '"2026-11-05T22:17:00Z"', '"2026-11-05T22:17:00.123Z"', '"2026-11-05T22:17:00.1239999Z"', '"2026-11-05T22:17:00+01:00"', '"2026-11-05T22:17:00-09:30"', '"2026-11-05T22:17:00+14:00"', '"2026-11-05T22:17:00+14:01"', '"2026-02-29T10:00:00Z"', '"2024-02-29T10:00:00Z"', '"2026-11-05T24:00:00Z"', '"2026-11-05T22:17:60Z"',
  '"0999-11-05T22:17:00Z"', '"2999-12-31T23:59:59Z"', '"2026-11-05"', '"2026-11-05T22:17:00.1234567890Z"', '"2027-11-05T22:17:00Z"', '"2026-03-02T12:00:00Z"', '"2000-02-29T00:00:00Z"', '"1900-02-29T00:00:00Z"',
  'true', 'false', 'null', 'tru', '[]', '{}', '[1, 2]', '[ ]', '{"a":1}', '{"a": {"b": [true, null, "\\u0041"]}}', '[{"type":"BKG","value":"B1"}]', '[{"type":"AWB","value":"020-12345675"}]', '{"id":"CSQU3054383","idType":"CONTAINER"}', '{"lat":0,"lon":0}', '{"lat":1}', '{"countryCode":"NL","lat":4,"lon":52}',
  `${'['.repeat(40)}${']'.repeat(40)}`, `${'{"a":'.repeat(120)}1${'}'.repeat(120)}`, '', ' 1', '1 ', '\n1', '"unclosed',
];
const NAMES = ['extra', 'eventTime', 'publishedTime', 'schemaVersion', 'lat', '', 'type', '__proto__', 'constructor', 'event\\u0054ime', 'ünknown', 'eventTim', 'eventTimeX', 'a\\"b'];

const read = (value: unknown): Node => {
  if (Array.isArray(value)) return { entries: value.map(read) };
  if (typeof value === 'object' && value !== null) return { members: Object.entries(value).map(([name, child]): [string, Node] => [JSON.stringify(name).slice(1, -1), read(child)]) };
  return { raw: JSON.stringify(value) };
};

const below = (node: Node): Node[] => ('raw' in node ? [node] : [node, ...('entries' in node ? node.entries : node.members.map(([, child]) => child)).flatMap(below)]);

function write(node: Node, space: string): string {
  if ('raw' in node) return node.raw;
  if ('entries' in node) return `[${node.entries.map((entry) => write(entry, space)).join(`,${space}`)}]`;
  return `{${node.members.map(([name, child]) => `"${name}":${space}${write(child, space)}`).join(`,${space}`)}}`;
}

const one = <T>(pick: Pick, from: readonly T[]): T => from[pick(from.length)] as T;
const value = (pick: Pick): Node => ({ raw: one(pick, VALUES) });

/** The same name to every reader of JSON, with an escape for its first character. */
const spelledOut = (name: string): string => `\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}`;

/** Bends one place of the tree. */
function bend(node: Node, pick: Pick): void {
  const objects = below(node).filter((each) => 'members' in each);
  const object = one(pick, objects);
  if (object === undefined) return;
  const { members } = object;
  const at = pick(members.length);
  const member = members[at];
  const kind = pick(8);
  if (kind === 0) members.splice(at, 1);
  else if (kind === 1 && member !== undefined) members.splice(pick(members.length + 1), 0, [pick(2) === 0 ? member[0] : spelledOut(member[0]), pick(2) === 0 ? member[1] : value(pick)]);
  else if (kind === 2) members.splice(pick(members.length + 1), 0, [one(pick, NAMES), value(pick)]);
  else if (kind === 3) members.sort(() => pick(3) - 1);
  else if (kind === 4) members.reverse();
  else if (kind === 5) members.splice(pick(members.length + 1), 0, [one(pick, NAMES), { raw: '{"some":"thing"}' }]);
  else if (member !== undefined) member[1] = value(pick);
}

const BYTES = [0x00, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x2d, 0x30, 0x31, 0x39, 0x3a, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xbf, 0xc0, 0xc3, 0xe0, 0xed, 0xf0, 0xf4, 0xff];

function bendBytes(bytes: Buffer, pick: Pick): Buffer {
  const at = pick(bytes.length);
  const byte = pick(3) === 0 ? pick(256) : one(pick, BYTES);
  switch (pick(4)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at)]);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    case 2:
      return bytes.subarray(0, at);
    default: {
      const copy = Buffer.from(bytes);
      copy[at] = byte;
      return copy;
    }
  }
}

/** A sample as somebody else might send it: a third stays right, the others are bent once or a few times. */
export function mutatedEvent(samples: readonly unknown[], pick: Pick): Buffer {
  const node = read(one(pick, samples));
  for (let count = [0, 1, 1, 2, 4][pick(5)] ?? 0; count > 0; count -= 1) bend(node, pick);
  let bytes: Buffer = Buffer.from(write(node, pick(3) === 0 ? ' ' : ''));
  for (let count = pick(4) === 0 ? 1 + pick(2) : 0; count > 0; count -= 1) bytes = bendBytes(bytes, pick);
  return bytes;
}
