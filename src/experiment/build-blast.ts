import type { BlastRadius, Scope } from '../model/experiment.js';
import type { Problems } from './problems.js';
import type { BlastFile } from './schema-blast.js';

/** The blast radius with what its scope needs; undefined where that is missing. */
export function buildBlastRadius(file: BlastFile, problems: Problems): BlastRadius | undefined {
  const scope = scopeOf(file, problems);
  const { limits, survivors, select } = file;
  if (file.scope !== 'link' && limits.instances === undefined && limits.share === undefined) {
    problems.add(['blastRadius'], 'a blast radius needs a limit', 'add limits: { instances: … } or limits: { share: …% }');
  }
  if (scope?.kind === 'region' && survivors.includes(scope.region)) {
    problems.add(['blastRadius', 'survivors'], `${scope.region} can't go dark and survive`, 'name the other regions');
  }
  if (!scope) return undefined;
  return {
    scope,
    survivors,
    select: { tags: select.tags, groups: select.groups, domains: select.domains },
    limits: { instances: limits.instances, groups: limits.groups, share: limits.share, minHealthy: limits.minHealthy },
    allowIrreversible: file.allowIrreversible,
    allowEmpty: file.allowEmpty,
  };
}

/** What belongs to each scope beside `region`. */
const BELONGS = { region: [], az: ['az'], link: ['link'], instance: ['instance'] } as const;

function scopeOf(file: BlastFile, problems: Problems): Scope | undefined {
  for (const key of ['az', 'link', 'instance'] as const) {
    const belongs: readonly string[] = BELONGS[file.scope];
    if (file[key] !== undefined && !belongs.includes(key)) problems.add(['blastRadius', key], `${key} does not go with scope: ${file.scope}`, `take ${key} away, or use scope: ${key}`);
  }
  const missing = (key: string, example: string): undefined => {
    problems.add(['blastRadius'], `scope: ${file.scope} needs ${key}`, `add ${key}: ${example}`);
    return undefined;
  };
  switch (file.scope) {
    case 'region':
      return file.region === undefined ? missing('region', 'us-east-1') : { kind: 'region', region: file.region };
    case 'az':
      return file.az === undefined ? missing('az', 'us-east-1a') : zoneScope(file, file.az, problems);
    case 'link':
      return file.link === undefined ? missing('link', '[us-east-1, us-west-2]') : { kind: 'link', regions: file.link };
    case 'instance':
      if (file.region === undefined) return missing('region', 'us-east-1');
      return file.instance === undefined ? missing('instance', '{ count: 1 }') : { kind: 'instance', region: file.region, pick: pickOf(file.instance) };
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
  if ('count' in pick) return { kind: 'count', count: pick.count };
  return 'percent' in pick ? { kind: 'percent', percent: pick.percent } : { kind: 'ids', ids: pick.ids };
}
