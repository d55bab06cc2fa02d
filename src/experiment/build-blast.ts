import type { BlastRadius, Scope } from '../model/experiment.js';
import { dnsName } from './build-tiers.js';
import type { Problems } from './problems.js';
import type { BlastFile } from './schema-blast.js';

/** The blast radius with what its scope needs; undefined where that is missing. */
export function buildBlastRadius(file: BlastFile, problems: Problems): BlastRadius | undefined {
  const scope = scopeOf(file, problems);
  const { limits, survivors, select } = file;
  if (file.scope !== 'link' && limits.instances === undefined && limits.share === undefined) {
    const fix = 'add limits: { instances: … } or limits: { share: …% }';
    problems.add(['blastRadius', 'limits'], 'a blast radius needs a limit', fix);
  }
  if (scope?.kind === 'region' && survivors.includes(scope.region)) {
    problems.add(['blastRadius', 'survivors'], `${scope.region} can't go dark and survive`, 'name the other regions');
  }
  if (scope?.kind === 'link' && scope.regions[0] === scope.regions[1]) {
    problems.add(['blastRadius', 'link'], `${scope.regions[0]} has no link to itself`, 'name two regions');
  }
  if (!scope) return undefined;
  return {
    scope,
    survivors,
    select: selectOf(select),
    limits: { instances: limits.instances, groups: limits.groups, share: limits.share, minHealthy: limits.minHealthy },
    allowIrreversible: file.allowIrreversible,
    allowEmpty: file.allowEmpty,
  };
}

function selectOf({ tags, tagsOn, groups, domains }: BlastFile['select']): BlastRadius['select'] {
  return { tags, ...(tagsOn === 'any' ? {} : { tagsOn }), groups, domains: domains.map(dnsName) };
}

/** What belongs to each scope; what else is there says that the author meant another one. */
const BELONGS = { region: ['region'], az: ['az', 'region'], link: ['link'], instance: ['instance', 'region'] } as const;

function scopeOf(file: BlastFile, problems: Problems): Scope | undefined {
  checkBelonging(file, problems);
  const missing = (key: string, example: string): undefined => {
    problems.add(['blastRadius', key], `scope: ${file.scope} needs ${key}`, `add ${key}: ${example}`);
    return undefined;
  };
  switch (file.scope) {
    case 'region':
      return file.region === undefined ? missing('region', 'us-east-1') : { kind: 'region', region: file.region };
    case 'az':
      return file.az === undefined ? missing('az', 'us-east-1a') : zoneScope(file, file.az, problems);
    case 'link':
      return file.link === undefined
        ? missing('link', '[us-east-1, us-west-2]')
        : { kind: 'link', regions: file.link };
    case 'instance': {
      const { region, instance } = file;
      if (region === undefined) missing('region', 'us-east-1');
      if (instance === undefined) return missing('instance', '{ count: 1 }');
      return region === undefined ? undefined : { kind: 'instance', region, pick: pickOf(instance) };
    }
  }
}

function checkBelonging(file: BlastFile, problems: Problems): void {
  const belongs: readonly string[] = BELONGS[file.scope];
  for (const key of ['region', 'az', 'link', 'instance'] as const) {
    if (file[key] === undefined || belongs.includes(key)) continue;
    const fix = `take ${key} away, or use scope: ${key}`;
    problems.add(['blastRadius', key], `${key} does not go with scope: ${file.scope}`, fix);
  }
}

function zoneScope(file: BlastFile, zone: string, problems: Problems): Scope {
  const region = zone.slice(0, -1);
  if (file.region !== undefined && file.region !== region) {
    problems.add(['blastRadius', 'region'], `${zone} is not in ${file.region}`, `write region: ${region}, or leave it away`);
  }
  return { kind: 'az', region, zone };
}

function pickOf(pick: NonNullable<BlastFile['instance']>): Extract<Scope, { kind: 'instance' }>['pick'] {
  if ('count' in pick) return { kind: 'count', count: pick.count, per: pick.per };
  return 'percent' in pick ? { kind: 'percent', percent: pick.percent, per: pick.per } : { kind: 'ids', ids: pick.ids };
}
