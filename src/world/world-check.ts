import type { Problems } from '../experiment/problems.js';
import { suggestion } from '../experiment/zod-problems.js';
import type { WorldFile } from './world-schema.js';

/** The simulator is made for fleets up to this size. */
const MOST_INSTANCES = 20_000;

/**
 * Finds what no part of a world file shows by itself: names that nothing defines, sizes that can't be, shares that do
 * not add up, calls in a circle.
 */
export function checkWorld(file: WorldFile, problems: Problems): void {
  checkRegions(file, problems);
  checkLinks(file, problems);
  checkBuckets(file, problems);
  checkGroups(file, problems);
  checkDomains(file, problems);
  checkPopulations(file, problems);
  checkServices(file, problems);
  checkAws(file, problems);
  checkDatabases(file, problems);
}

/** Adds a problem where a name is none of those that are defined. */
function mustBe(
  what: string,
  name: string,
  right: readonly string[],
  at: { readonly path: readonly PropertyKey[]; readonly problems: Problems },
): void {
  if (!right.includes(name)) at.problems.add(at.path, `no ${what} ${name} is defined`, suggestion(name, right).fix);
}

function checkRegions({ regions }: WorldFile, problems: Problems): void {
  const blocks = new Map<string, string>();
  for (const [region, { zones, cidr }] of Object.entries(regions)) {
    for (const [index, zone] of zones.entries()) {
      const path = ['regions', region, 'zones', index];
      if (!zone.startsWith(region) || zone.length !== region.length + 1)
        problems.add(path, `${zone} is not in ${region}`, `write ${region}a`);
      if (zones.indexOf(zone) !== index) problems.add(path, `${zone} is there twice`, 'take one away');
    }
    const other = blocks.get(cidr);
    if (other !== undefined)
      problems.add(['regions', region, 'cidr'], `${cidr} is the block of ${other} already`, 'give each region its own');
    blocks.set(cidr, region);
  }
}

function checkLinks({ links = [], regions }: WorldFile, problems: Problems): void {
  const pairs = links.map(({ between }) => [...between].sort().join(' and '));
  for (const [index, { between }] of links.entries()) {
    const path = ['links', index, 'between'];
    for (const [side, region] of between.entries())
      mustBe('region', region, Object.keys(regions), { path: [...path, side], problems });
    if (between[0] === between[1])
      problems.add(path, `${between[0]} needs no link to itself`, 'name two regions');
    if (pairs.indexOf(pairs[index] ?? '') !== index)
      problems.add(path, `${pairs[index]} are linked twice`, 'take one away');
  }
}

function checkBuckets({ buckets, regions }: WorldFile, problems: Problems): void {
  const names = Object.keys(buckets);
  for (const [name, bucket] of Object.entries(buckets)) {
    mustBe('region', bucket.region, Object.keys(regions), { path: ['buckets', name, 'region'], problems });
    const all = [...bucket.replicatesTo, ...bucket.copiedTo];
    const copies = (['replicatesTo', 'copiedTo'] as const).flatMap((key) =>
      bucket[key].map((other, index) => ({ other, path: ['buckets', name, key, index] })),
    );
    for (const { other, path } of copies) {
      mustBe('bucket', other, names, { path, problems });
      if (other === name) problems.add(path, `${name} is not replicated to itself`, 'name another bucket');
      if (all.indexOf(other) !== all.lastIndexOf(other))
        problems.add(path, `${other} is there twice`, 'take one away');
    }
  }
}

function checkAws({ aws, regions }: WorldFile, problems: Problems): void {
  const zones = Object.values(regions).flatMap((region) => region.zones);
  for (const [index, zone] of (aws.withoutCapacity ?? []).entries())
    mustBe('zone', zone, zones, { path: ['aws', 'withoutCapacity', index], problems });
}

function checkDatabases({ databases = {}, regions }: WorldFile, problems: Problems): void {
  for (const [name, { kind, regions: named = Object.keys(regions) }] of Object.entries(databases)) {
    for (const [index, region] of named.entries()) {
      const path = ['databases', name, 'regions', index];
      mustBe('region', region, Object.keys(regions), { path, problems });
      if (kind === 'multi-az' && regions[region]?.zones.length === 1)
        problems.add(['databases', name, 'kind'], `${region} has one zone alone`, 'a standby needs another zone');
    }
  }
}

function checkGroups({ groups, regions }: WorldFile, problems: Problems): void {
  const known = Object.keys(regions);
  let instances = 0;
  for (const [name, group] of Object.entries(groups)) {
    const { min, desired, max } = group;
    for (const [index, region] of (group.regions ?? []).entries())
      mustBe('region', region, known, { path: ['groups', name, 'regions', index], problems });
    if (min > desired)
      problems.add(['groups', name, 'min'], `min ${min} is above desired ${desired}`, 'min ≤ desired ≤ max');
    if (desired > max)
      problems.add(['groups', name, 'desired'], `desired ${desired} is above max ${max}`, 'min ≤ desired ≤ max');
    const before = instances;
    instances += max * (group.regions ?? known).length;
    if (before <= MOST_INSTANCES && instances > MOST_INSTANCES) {
      problems.add(
        ['groups', name, 'max'],
        `the groups could grow to ${instances} instances, at most ${MOST_INSTANCES} can be simulated`,
        'lower max',
      );
    }
  }
}

function checkDomains({ domains, regions }: WorldFile, problems: Problems): void {
  const names = domains.map(({ name }) => name);
  for (const [index, { name, zone, answers }] of domains.entries()) {
    if (names.indexOf(name) !== index)
      problems.add(['domains', index, 'name'], `${name} is there twice`, 'take one away');
    if (name !== zone && !name.endsWith(`.${zone}`))
      problems.add(['domains', index, 'name'], `${name} is not in the zone ${zone}`, `write api.${zone}`);
    for (const region of Object.keys(answers))
      mustBe('region', region, Object.keys(regions), { path: ['domains', index, 'answers', region], problems });
  }
}

/** Shares that people write add up to 100 % but for the last digit. */
const NEARLY = 0.001;

function checkPopulations({ traffic, domains, regions }: WorldFile, problems: Problems): void {
  const names = domains.map(({ name }) => name);
  for (const [name, population] of Object.entries(traffic.populations)) {
    const path = ['traffic', 'populations', name];
    for (const [index, domain] of population.domains.entries())
      mustBe('domain', domain.name, names, { path: [...path, 'domains', index, 'name'], problems });
    const total = population.domains.reduce((sum, { share }) => sum + share, 0);
    if (Math.abs(total - 1) > NEARLY)
      problems.add([...path, 'domains'], `the shares add up to ${(100 * total).toFixed(1)}%`, 'make them 100%');
    for (const [index, region] of population.fallback.entries())
      mustBe('region', region, Object.keys(regions), { path: [...path, 'fallback', index], problems });
  }
}

function checkServices(file: WorldFile, problems: Problems): void {
  const { services, pools, entry, cache } = file.traffic;
  const names = Object.keys(services);
  mustBe('service', entry, names, { path: ['traffic', 'entry'], problems });
  mustBe('service', cache.service, names, { path: ['traffic', 'cache', 'service'], problems });
  for (const group of Object.keys(pools))
    mustBe('group', group, Object.keys(file.groups), { path: ['traffic', 'pools', group], problems });
  for (const [name, { group, calls }] of Object.entries(services)) {
    const path = ['traffic', 'services', name];
    mustBe('pool', group, Object.keys(pools), { path: [...path, 'group'], problems });
    for (const callee of Object.keys(calls))
      mustBe('service', callee, names, { path: [...path, 'calls', callee], problems });
  }
  const circle = callersFirst(services);
  if (circle.kind === 'circle') {
    const [caller = '', callee = ''] = circle.names.slice(-2);
    problems.addAt(['traffic', 'services', caller, 'calls', callee], {
      message: `calls in a circle: ${circle.names.join(' → ')}`,
      fix: 'take one of the calls away',
      what: 'key',
    });
  }
}

type Services = WorldFile['traffic']['services'];

/**
 * Services in an order in which each comes before those that it calls, or a circle of calls that makes that
 * impossible.
 */
export type CallOrder =
  | { readonly kind: 'order'; readonly names: readonly string[] }
  | { readonly kind: 'circle'; readonly names: readonly string[] };

/** Sorts services by who calls whom. */
export function callersFirst(services: Services): CallOrder {
  const done: string[] = [];
  const visit = (name: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.includes(name)) return undefined;
    for (const callee of Object.keys(services[name]?.calls ?? {})) {
      const circle = visit(callee, [...way, name]);
      if (circle) return circle;
    }
    done.push(name);
    return undefined;
  };
  for (const name of Object.keys(services)) {
    const circle = visit(name, []);
    if (circle) return { kind: 'circle', names: circle };
  }
  return { kind: 'order', names: done.reverse() };
}
