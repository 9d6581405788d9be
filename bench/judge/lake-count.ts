/** Counts what the lake's first layers hold, by distinct identity: (contract, shard, sequence number, index in frame). */
import { lakeLines, objectStore } from '../../cli/lake/objects.ts';
import { reasonsOf } from '../../cli/lake/quarantine.ts';
import type { Platform } from '../../cli/platform/platform.ts';

export interface LakeCount {
  readonly bronze: ReadonlySet<string>;
  readonly quarantine: ReadonlySet<string>;
  /** Lines of all bronze objects: more than identities when a batch was delivered again with other bounds. */
  readonly bronzeLines: number;
  /** How often each rule is a reason of a quarantined identity. */
  readonly rules: ReadonlyMap<string, number>;
  readonly objects: readonly { readonly bucket: 'bronze' | 'quarantine'; readonly key: string }[];
}

export async function countLake(platform: Platform, contract: string): Promise<LakeCount> {
  const store = await objectStore(platform);
  const [bronze, quarantine, rules] = [new Set<string>(), new Set<string>(), new Map<string, number>()];
  const objects: { bucket: 'bronze' | 'quarantine'; key: string }[] = [];
  let bronzeLines = 0;
  for (const [name, bucket, identities] of [['bronze', await platform.bronzeBucket(), bronze], ['quarantine', await platform.quarantineBucket(), quarantine]] as const) {
    for await (const { key } of store.list(bucket, `${contract}/`)) {
      objects.push({ bucket: name, key });
      for (const line of lakeLines(key, await store.read(bucket, key))) {
        const identity = `${line.shard} ${line.sequence} ${line.index}`;
        if (name === 'bronze') bronzeLines++;
        else if (!identities.has(identity)) for (const { rule } of reasonsOf(line.fields['reasons'])) rules.set(rule, (rules.get(rule) ?? 0) + 1);
        identities.add(identity);
      }
    }
  }
  store.close();
  return { bronze, quarantine, bronzeLines, rules, objects };
}

/** Identities that ended somewhere: bronze wins where both have one. */
export const settledIdentities = ({ bronze, quarantine }: LakeCount): number => new Set([...bronze, ...quarantine]).size;
