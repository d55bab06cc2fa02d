import type { Cloud } from '../../aws/cloud.js';
import { bucketReplication } from '../../inventory/bucket-replication.js';
import type { LinkView } from '../ports.js';
import type { World } from '../world.js';
import { isUnknownThere } from './peerings.js';

/** Where the rules of a world's buckets lead now, by bucket. */
export type Copies = ReadonlyMap<string, Rules>;

type Rules = readonly { readonly destination: string; readonly enabled: boolean }[];

/** Reads the rules; a bucket that the emulator has not has none. */
export async function readCopies({ buckets = [] }: World, cloud: Cloud): Promise<Copies> {
  const read = buckets
    .filter(({ replicatesTo }) => replicatesTo.length > 0)
    .map(async ({ name, region }): Promise<readonly [string, Rules]> => {
      try {
        const { Rules = [] } = (await bucketReplication(name, region, cloud)) ?? {};
        const rules = Rules.map(({ Status, Destination }) => ({
          destination: (Destination?.Bucket ?? '').split(':').at(-1) ?? '',
          enabled: Status === 'Enabled',
        }));
        return [name, rules];
      } catch (error) {
        if (!isUnknownThere(error)) throw error;
        return [name, []];
      }
    });
  return new Map(await Promise.all(read));
}

/** Links with what pauses them: every rule from one region to the other is disabled, or the region was told to. */
export function withPauses(
  links: readonly LinkView[],
  { world, copies, held }: { readonly world: World; readonly copies: Copies; readonly held: readonly string[] },
): readonly LinkView[] {
  const placeOf = new Map((world.buckets ?? []).map(({ name, region }) => [name, region]));
  return links.map((link) => {
    const rules = [...copies]
      .filter(([bucket]) => placeOf.get(bucket) === link.from)
      .flatMap(([, own]) => own.filter(({ destination }) => placeOf.get(destination) === link.to));
    const isPaused = rules.length > 0 && rules.every(({ enabled }) => !enabled);
    return isPaused || held.includes(link.from) ? { ...link, paused: true as const } : link;
  });
}
