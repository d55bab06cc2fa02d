import type { Json } from '../model/json.js';
import { LOSSES } from './import-losses.js';
import {
  groupsIn,
  idsIn,
  instancesIn,
  isZone,
  noZone,
  textOf,
  type Given,
  type Narrowed,
  type Why,
} from './import-toolkit-filters.js';
import { namedArguments, type ToolkitActivity } from './import-toolkit-schema.js';

/** An action of the Chaos Toolkit as a fault. */
export interface ToolkitAction {
  readonly fault: string;
  /** Where the fault takes parameters; undefined: its name alone. */
  readonly step?: Json;
  /** Without the region. */
  readonly blast: { readonly [key: string]: Json };
  /** The kind of what it does that can't be undone. */
  readonly loses?: string;
}

/** Functions that need no step: what they do, kong does by itself around its faults. */
const BY_ITSELF: Readonly<Record<string, string>> = {
  'chaosaws.asg.actions.suspend_processes': 'kong suspends what would replace its targets, and nothing more',
  'chaosaws.asg.actions.resume_processes': 'kong resumes what it suspended',
  'chaosaws.ec2.actions.start_instances': 'kong starts what it stopped',
  'azchaosaws.asg.actions.fail_az': "kong freezes the zone's groups itself",
};

/** The functions that a fault of kong's stands for, and whom each hits. */
const FUNCTIONS: Readonly<Record<string, readonly [string, (given: Given) => Aim | Why]>> = {
  'chaosaws.ec2.actions.stop_instance': ['instance-stop', one],
  'chaosaws.ec2.actions.stop_instances': ['instance-stop', all],
  'chaosaws.ec2.actions.terminate_instance': ['instance-terminate', one],
  'chaosaws.ec2.actions.terminate_instances': ['instance-terminate', all],
  'chaosaws.ec2.actions.restart_instances': ['instance-reboot', all],
  'chaosaws.asg.actions.stop_random_instances': ['instance-stop', ofGroups],
  'chaosaws.asg.actions.terminate_random_instances': ['instance-terminate', ofGroups],
  'chaosaws.asg.actions.detach_random_instances': ['instance-detach', ofGroups],
};

/** The fault that an action stands for, or why there is none: it would hit others than the action, or more. */
export function actionOf({ provider, ref }: ToolkitActivity): ToolkitAction | Why {
  if (ref !== undefined) return { why: `a reference to ${ref} is not followed` };
  if (provider?.type !== 'python') return { why: `kong runs no ${provider?.type ?? 'activity without a provider'}` };
  const given = namedArguments(provider);
  if (!given) return { why: 'its arguments have no names' };
  return byFunction(`${provider.module ?? ''}.${provider.func ?? ''}`, given);
}

function byFunction(name: string, given: Given): ToolkitAction | Why {
  const why = BY_ITSELF[name];
  if (why !== undefined) return { why };
  const [fault, aim] = FUNCTIONS[name] ?? [];
  if (fault !== undefined && aim) return aimedAt(fault, aim(given));
  if (name === 'azchaosaws.ec2.actions.fail_az') return failedZone(given);
  if (name === 'chaosaws.fis.actions.start_experiment' && typeof given.experiment_template_id === 'string') {
    const step = { name: 'fis', template: given.experiment_template_id };
    return { fault: 'fis', step, blast: { scope: 'instance', instance: { percent: 100 }, limits: { share: '20%' } } };
  }
  return { why: `kong has no fault for ${name}` };
}

/** A blast radius without its region. */
interface Aim {
  readonly blast: { readonly [key: string]: Json };
}

function aimedAt(fault: string, aim: Aim | Why): ToolkitAction | Why {
  if ('why' in aim) return aim;
  const { blast } = aim;
  if (blast.scope === 'az' && fault !== 'instance-stop')
    return { why: `kong has no ${fault} of a whole zone, and this is all of one` };
  const loses = LOSSES[fault];
  return { fault, blast, ...(loses === undefined ? {} : { loses }) };
}

function named(ids: readonly string[]): Aim {
  return { blast: { scope: 'instance', instance: { ids: [...ids] }, limits: { instances: ids.length } } };
}

/** `stop_instance`: without an id one of those that match, by chance. */
function one(given: Given): Aim | Why {
  const ids = idsIn(given.instance_id);
  if ('why' in ids) return ids;
  if (ids.ids.length > 0) return named(ids.ids);
  const narrowed = instancesIn(given);
  if ('why' in narrowed) return narrowed;
  const { zone, select } = narrowed;
  if (zone !== undefined) return { why: `kong draws instances from a region, and this is one of the zone ${zone}` };
  return { blast: { scope: 'instance', instance: { count: 1 }, select, limits: { instances: 1 } } };
}

/** `stop_instances`: without ids all that match. */
function all(given: Given): Aim | Why {
  const ids = idsIn(given.instance_ids);
  if ('why' in ids) return ids;
  if (ids.ids.length > 0) return named(ids.ids);
  const narrowed = instancesIn(given);
  return 'why' in narrowed ? narrowed : allOf(narrowed);
}

function allOf({ zone, select }: Narrowed): Aim {
  return zone === undefined
    ? { blast: { scope: 'instance', instance: { percent: 100 }, select, limits: { share: '20%' } } }
    : { blast: { scope: 'az', az: zone, select, limits: { share: '40%' } } };
}

/** `fail_az`: what carries a tag, and where the action names none that of its own. */
function failedZone(given: Given): ToolkitAction | Why {
  if (given.dry_run === true) return { why: 'it is a dry run: kong plan shows what a drill would do' };
  const narrowed = instancesIn(given);
  if ('why' in narrowed) return narrowed;
  const { zone, select } = narrowed;
  if (zone === undefined) return { why: 'it names no zone' };
  const { failure_type: type = 'network' } = given;
  if (type !== 'network' && type !== 'instance') return { why: `kong does not know the failure_type ${textOf(type)}` };
  const tagged = 'tags' in select ? select : { tags: { AZ_FAILURE: 'True' }, tagsOn: 'target' };
  const { blast } = allOf({ zone, select: tagged });
  return { fault: type === 'instance' ? 'instance-stop' : 'az-blackout', blast };
}

/** `stop_random_instances`: so many of each group, or all that a group has in a zone. */
function ofGroups(given: Given): Aim | Why {
  const groups = groupsIn(given);
  if ('why' in groups) return groups;
  const { select, many } = groups;
  const { az, instance_count: count, instance_percent: percent } = given;
  const [how, ...more] = [az, count, percent].filter((one) => one !== undefined && one !== null);
  if (how === undefined) return { why: 'it says neither how many instances nor which zone' };
  if (more.length > 0) return { why: 'it gives more than one of az, instance_count and instance_percent' };
  if (how === az) return isZone(az) ? allOf({ zone: az, select }) : noZone(az);
  const number = Number(how);
  if (!Number.isInteger(number) || number < 1) return { why: `it is no number of instances: ${textOf(how)}` };
  if (how === count) {
    const limits: Json = many === undefined ? { share: '20%' } : { instances: number * many };
    return { blast: { scope: 'instance', instance: { count: number, per: 'group' }, select, limits } };
  }
  if (number > 100) return { why: `it is no percentage: ${textOf(how)}` };
  const instance = { percent: number, per: 'group' };
  return { blast: { scope: 'instance', instance, select, limits: { share: '20%' } } };
}
