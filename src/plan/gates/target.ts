import { areAsked, DATABASE_TYPES } from '../../faults/fail-over.js';
import type { Gate } from '../../model/plan.js';
import { cutSubnets } from '../blast.js';
import { PROTECT_TAG } from '../environment.js';
import { fisHits, fisLosses } from '../fis-hits.js';
import { gate, some, type GateRequest } from './gate.js';

/** What the drill would hit: something, nothing that can't be undone unless that was allowed, and nobody else. */
export function targetGates(request: GateRequest): readonly Gate[] {
  return [emptyGate(request), ...irreversibleGates(request), bystanderGate(request)];
}

function emptyGate(request: GateRequest): Gate {
  const { experiment, steps, environment } = request;
  const faults = steps.filter((step) => step.step.kind === 'fault');
  const empty = faults.filter((step) => step.batches.flat().length === 0 && step.joins === undefined);
  const idle = idleFailovers(request);
  const optIn = environment.optIn
    ? `, and whether targets carry ${environment.optIn.key}=${environment.optIn.value}`
    : '';
  const problems = [
    ...(empty.length > 0 ? [`${empty.map((step) => step.title).join(', ')} would hit nothing`] : []),
    ...idle,
  ];
  return gate({
    name: 'target',
    code: 'EMPTY_TARGET',
    passed: problems.length === 0 || experiment.blastRadius.allowEmpty,
    message: problems.length === 0 ? 'every fault has a target' : problems.join('; '),
    fix: `check blastRadius.select${optIn}${idle.length > 0 ? ', or write databases: stay' : ''}; \`kong plan\` says what was left alone and why`,
  });
}

/** A zone without its databases is another drill than the one that was asked for. */
function idleFailovers({ steps, leftAlone }: GateRequest): readonly string[] {
  return steps.flatMap(({ step, batches }) => {
    if (step.kind !== 'fault' || !Object.hasOwn(step.params, 'databases') || !areAsked(step.params)) return [];
    if (batches.flat().some(({ resource }) => DATABASE_TYPES.includes(resource.type))) return [];
    const left = leftAlone.filter(({ what }) => DATABASE_TYPES.some((type) => what.startsWith(`${type} `)));
    const why = left.length > 0 ? some(left.map((one) => `${one.what} ${one.why}`)) : 'there is none in the region';
    return [`${step.fault}: databases: failover was asked for, and no database or cache would: ${why}`];
  });
}

function irreversibleGates({ experiment, steps }: GateRequest): readonly Gate[] {
  const changes = steps.flatMap((step) => step.batches.flat());
  const own = changes.filter((change) => change.kind === 'irreversible').map((change) => change.attribute);
  const kinds = [...new Set([...own, ...fisLosses(changes)])];
  const allowed: readonly string[] = experiment.blastRadius.allowIrreversible;
  return kinds.map((kind) =>
    gate({
      name: 'irreversible',
      code: 'IRREVERSIBLE_NOT_ALLOWED',
      passed: allowed.includes(kind),
      message: `${kind} can't be undone, and ${allowed.includes(kind) ? 'is allowed by name' : 'is not allowed'}`,
      fix: `add ${kind} to blastRadius.allowIrreversible if that is what you want`,
    }),
  );
}

/**
 * Instances that would lose their network with a subnet that they share, although they, or their group, carry the
 * opt-out tag, or do not carry the opt-in tag where one is needed. A subnet is cut off as a whole: nobody in it can be
 * left alone.
 */
function bystanderGate({ environment, inventory, steps }: GateRequest): Gate {
  const { optIn } = environment;
  const changes = steps.flatMap((step) => step.batches.flat());
  const cut = cutSubnets(changes);
  // what a template of somebody else selects was not sifted
  const chosen = new Set(fisHits(changes).instances);
  const inCut = inventory.regions.flatMap(({ instances, groups }) => {
    const kept = new Set(groups.filter(({ tags }) => PROTECT_TAG in tags).map(({ name }) => name));
    return instances
      .filter(({ id, subnet }) => cut.has(subnet ?? '') || chosen.has(id))
      .map(({ id, tags, group }) => ({ id, tags, isProtected: PROTECT_TAG in tags || kept.has(group ?? '') }));
  });
  const guarded = inCut.filter(({ isProtected }) => isProtected);
  const others = inCut.filter(({ tags, isProtected }) => optIn && !isProtected && tags[optIn.key] !== optIn.value);
  const problems = [
    ...(guarded.length > 0 ? [`${guarded.length} carry ${PROTECT_TAG}: ${some(guarded.map(({ id }) => id))}`] : []),
    ...(others.length > 0 ? [`${others.length} have not opted in: ${some(others.map(({ id }) => id))}`] : []),
  ];
  const fix = optIn ? `tag them ${optIn.key}=${optIn.value}, or leave their subnets out` : 'leave their subnets out';
  return gate({
    name: 'bystanders',
    code: 'REFUSED',
    passed: problems.length === 0,
    message:
      problems.length > 0
        ? `of the instances in the subnets, ${problems.join('; ')}`
        : cut.size === 0
          ? 'no subnet is cut off with others in it'
          : `none of the ${inCut.length} instances in the subnets is to be left alone`,
    fix: guarded.length > 0 ? `narrow blastRadius.select to subnets without them, or move them` : fix,
  });
}
