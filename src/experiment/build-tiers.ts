import { REST, type Tiers } from '../model/experiment.js';
import type { Problems } from './problems.js';
import { suggestion } from './zod-problems.js';

/** What tiers are checked against. */
export interface TierContext {
  /** Where the tiers stand. */
  readonly path: readonly PropertyKey[];
  /** The names that a shift may move; empty: any. */
  readonly domains: readonly string[];
  readonly problems: Problems;
}

/** The tiers of a shift, each name in one of them; those that are in none move last. */
export function buildTiers(written: readonly (readonly string[])[], { path, domains, problems }: TierContext): Tiers {
  const allowed = domains.map(dnsName);
  const tiers = written.map((names) => names.map((name) => (name === REST ? REST : dnsName(name))));
  const seen = new Map<string, number>();
  for (const [tier, names] of tiers.entries()) {
    for (const [index, name] of names.entries()) {
      const at = [...path, tier, index];
      const before = seen.get(name);
      if (before !== undefined) problems.add(at, `${name} is in tier ${before + 1} already`, 'name it once');
      else if (name !== REST && allowed.length > 0 && !allowed.includes(name)) {
        const { fix } = suggestion(name, allowed);
        problems.add(at, `${name} is not in blastRadius.select.domains: it does not move`, fix);
      }
      seen.set(name, before ?? tier);
    }
  }
  return seen.has(REST) ? tiers : [...tiers, [REST]];
}

/** A name as Route 53 lists it: in small letters, without its final dot, a wildcard escaped. */
export function dnsName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '').replace(/^\*/, '\\052');
}
