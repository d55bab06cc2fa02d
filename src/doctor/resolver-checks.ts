import { lookUp } from '../inventory/look-up-names.js';
import { failed, ok, unknown, type Check } from '../model/checkup.js';
import type { Plan } from '../model/plan.js';
import type { Clock } from '../model/ports.js';
import { isAskable, type NameCounts, type OpenResolver } from '../model/resolution.js';

/** Asks the resolver of a plan once for each name that is to move: whether it answers, and says where it leads. */
export async function resolverChecks(
  { resolution, on }: Plan,
  { open, clock }: { readonly open: OpenResolver | undefined; readonly clock: Clock },
): Promise<readonly Check[]> {
  // a simulated world has none, and that is no fault of its
  if (resolution === undefined || on === 'sim') return [];
  if (!resolution.checked || !open) {
    const why = resolution.checked ? 'nobody can be asked' : resolution.why;
    const fix = 'resolver: 127.0.0.1:5353 in kong.yaml';
    return [unknown('resolver', `whether members follow a shift is not checked: ${why}`, fix)];
  }
  const { resolver, region, names } = resolution;
  const ask = open(resolver);
  const counts = await lookUp({ names, region, samples: 1, ask, now: () => clock.now(), addresses: new Map() });
  return counts.map((one) => checkOf(one, resolver.address, region));
}

function checkOf({ name, type, region: leading, elsewhere, why }: NameCounts, resolver: string, region: string): Check {
  const called = `resolver ${name} ${type}`;
  if (!isAskable(type)) return unknown(called, why ?? '');
  if (leading + elsewhere === 0) {
    const fix = 'mend the resolver, or take it out of kong.yaml';
    return failed(called, `${resolver} does not say where it leads: ${why ?? 'not asked'}`, { code: 'REFUSED', fix });
  }
  return ok(called, `${resolver} leads ${leading > 0 ? `to ${region}` : `elsewhere than to ${region}`} now`);
}
