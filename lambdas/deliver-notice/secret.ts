/** A secret that is read seldom and again when it seems to have changed. */
export interface Secret {
  /** The value, and whether it was remembered. Rejects when it cannot be read. */
  readonly read: () => Promise<{ readonly value: string; readonly remembered: boolean }>;
  /** The next `read` asks again. */
  readonly forget: () => void;
}

/** Long enough for a burst, short enough that a rotated secret is in use soon even where the old one still works. */
const REMEMBERED_MS = 300_000;

export function createSecret({ fetchValue, now }: { readonly fetchValue: () => Promise<string>; readonly now: () => number }): Secret {
  let known: { readonly value: string; readonly at: number } | undefined;
  return {
    read: async () => {
      if (known !== undefined && now() - known.at < REMEMBERED_MS) return { value: known.value, remembered: true };
      known = { value: (await fetchValue()).trim(), at: now() };
      return { value: known.value, remembered: false };
    },
    forget: () => {
      known = undefined;
    },
  };
}
