/** What a contract is, to everything that reads one: the descriptor on disk, and the runtime form that handlers bundle. */

/** Broken rules of weight `reject` quarantine the event; `warn` keeps it and counts; `range` keeps it and voids the field. */
export type Severity = 'reject' | 'warn' | 'range';

/** One broken rule. An event carries all of them at once, never only the first. */
export interface Violation {
  /** JSON pointer of the field, '' for the whole event. */
  readonly path: string;
  /** Name of the rule: a JSON Schema keyword (`required`, `enum`, `format` …) or a code of the platform (`CLOCK`, `NOT_JSON` …). */
  readonly rule: string;
  /** A sentence that continues the field's name: `"FINAL" is not one of PLANNED, …`. */
  readonly message: string;
  readonly severity: Severity;
}

/** `contracts/<name>/contract.json`. */
export interface ContractDescriptor {
  /** Kebab-case, 3 to 40 characters; also the stream's and the bronze prefix's name. */
  readonly name: string;
  readonly description: string;
  readonly owner: string;
  /** Who breaks when a field breaks; named by the compatibility check. */
  readonly consumers: readonly ContractConsumer[];
  /** Field whose value is the partition key, e.g. `shipmentId`. */
  readonly entityKey: string;
  /** Field with the event time (RFC 3339), e.g. `eventTime`. */
  readonly eventTime: string;
  /** Fields that identify an event, e.g. `["source", "eventId"]`. */
  readonly identity: readonly string[];
  /** Fields whose values the content hash covers, in order (docs: domain, content hash). */
  readonly content: readonly string[];
  /** Fields that may hold personal data; never logged. */
  readonly personalData: readonly string[];
  readonly stream: { readonly mode: 'provisioned' | 'on-demand'; readonly shards: number; readonly retentionHours: number };
  /** Days that bronze keeps the events. */
  readonly bronzeRetentionDays: number;
  /** Minutes from event to silver that the owner promises. */
  readonly freshnessMinutes: number;
  /** Minutes without any event after which the source counts as silent. */
  readonly silenceMinutes: number;
  /** ISO date per major version after which producers may no longer send it. */
  readonly deprecatedAfter?: Readonly<Record<string, string>>;
}

export interface ContractConsumer {
  readonly name: string;
  /** JSON pointers of fields the consumer reads; `*` means all. */
  readonly reads: readonly string[];
}

/** One readable major version of a contract, as the handlers bundle it. */
export interface ContractVersion {
  readonly major: number;
  /** The newest published minor of this major, e.g. `1.0`. */
  readonly version: string;
  /** All violations of a parsed event; an empty array means it is valid. Pure. */
  readonly validate: (event: unknown) => readonly Violation[];
  /** Judges usual events where they lie; absent when the schema has rules that only `validate` knows. */
  readonly decoder?: EventDecoder;
}

/**
 * Judges an event in the bytes it came in, without parsing it, at an eighth of the cost. It knows only "valid, and no rule broken, not even one that warns";
 * everything else, and everything unusual, is left to `JSON.parse` and `validate`. It holds what it found until it is asked about the next event.
 */
export interface EventDecoder {
  /**
   * True: the bytes from `start` to `end` are one JSON object in UTF-8, in which `validate` would find nothing; the other functions then tell of it.
   * False says nothing. Behind the event must stand a byte below 0x20 or a `}` and such a byte, and then at least eight bytes, whatever they are.
   */
  readonly accepts: (bytes: Buffer, view: DataView, start: number, end: number) => boolean;
  readonly schemaVersion: (bytes: Buffer) => string;
  /** The contract's event time, ms since 1970; NaN when the event has none. */
  readonly eventTime: () => number;
  /** `publishedTime`, ms since 1970; NaN when the event has none. */
  readonly publishedTime: () => number;
  /**
   * By consumer, the fields it reads (`reads` of the descriptor), as `JSON.parse` would give them; what is absent is undefined.
   * `text`: bytes from `from` to behind the event, at least, as one text of one character a byte (latin1).
   */
  readonly readers: Readonly<Record<string, (bytes: Buffer, text: string, from: number) => object>>;
}

/** What `contracts/generated/<name>/runtime.ts` exports as `contract`: everything that a handler needs of a contract. */
export interface ContractRuntime {
  readonly descriptor: ContractDescriptor;
  /** Ascending by major. */
  readonly versions: readonly ContractVersion[];
  /** From `quality.json`; absent when it lists none. */
  readonly sentinels?: Sentinels;
}

/** Texts that mean "no value", by source, `*` for all. */
export type Sentinels = Readonly<Record<string, readonly string[]>>;
