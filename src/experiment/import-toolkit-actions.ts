import type { Json } from '../model/json.js';
import type { ToolkitActivity } from './import-toolkit-schema.js';

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

/** The functions that a fault of kong's stands for. */
const INSTANCE_FAULTS: Readonly<Record<string, string>> = {
  'chaosaws.ec2.actions.stop_instance': 'instance-stop',
  'chaosaws.ec2.actions.stop_instances': 'instance-stop',
  'chaosaws.ec2.actions.terminate_instance': 'instance-terminate',
  'chaosaws.ec2.actions.terminate_instances': 'instance-terminate',
  'chaosaws.ec2.actions.restart_instances': 'instance-reboot',
  'chaosaws.asg.actions.stop_random_instances': 'instance-stop',
  'chaosaws.asg.actions.terminate_random_instances': 'instance-terminate',
  'chaosaws.asg.actions.detach_random_instances': 'instance-detach',
};

const LOSSES: Readonly<Record<string, string>> = {
  'instance-terminate': 'instance.terminate',
  'instance-reboot': 'instance.reboot',
};

/** The fault that an action stands for, or why there is none. */
export function actionOf({ provider, ref }: ToolkitActivity): ToolkitAction | { readonly why: string } {
  if (ref !== undefined) return { why: `a reference to ${ref} is not followed` };
  if (provider?.type !== 'python') return { why: `kong runs no ${provider?.type ?? 'activity without a provider'}` };
  return byFunction(`${provider.module ?? ''}.${provider.func ?? ''}`, provider.arguments ?? {});
}

function byFunction(name: string, given: Given): ToolkitAction | { readonly why: string } {
  const why = BY_ITSELF[name];
  if (why !== undefined) return { why };
  const fault = INSTANCE_FAULTS[name];
  if (fault !== undefined) return instances(fault, given);
  if (name === 'azchaosaws.ec2.actions.fail_az') return zone(given);
  if (name === 'chaosaws.fis.actions.start_experiment' && typeof given.experiment_template_id === 'string') {
    const step = { name: 'fis', template: given.experiment_template_id };
    return { fault: 'fis', step, blast: { scope: 'instance', instance: { percent: 100 }, limits: { share: '20%' } } };
  }
  return { why: `kong has no fault for ${name}` };
}

type Given = Readonly<Record<string, unknown>>;

function zone(given: Given): ToolkitAction | { readonly why: string } {
  if (typeof given.az !== 'string' || !/^[a-z-]+-\d+[a-z]$/.test(given.az))
    return { why: `it names no zone: ${String(given.az)}` };
  const fault = given.failure_type === 'instance' ? 'instance-stop' : 'az-blackout';
  return { fault, blast: { scope: 'az', az: given.az, select: selected(given), limits: { share: '40%' } } };
}

function instances(fault: string, given: Given): ToolkitAction | { readonly why: string } {
  const loses = LOSSES[fault];
  const irreversible = loses === undefined ? {} : { loses };
  const select = selected(given);
  const { az } = given;
  const drawn = drawnBy(given);
  if (!('ids' in drawn.instance) && typeof az === 'string') {
    if (fault !== 'instance-stop') return { why: `kong draws instances from a region, and this names the zone ${az}` };
    return { fault, blast: { scope: 'az', az, select, limits: { share: '40%' } } };
  }
  return { fault, ...irreversible, blast: { scope: 'instance', ...drawn, select } };
}

interface Drawn {
  readonly instance: { readonly [key: string]: Json };
  readonly limits: Json;
}

function drawnBy({
  instance_ids: all,
  instance_id: one,
  instance_count: count,
  instance_percent: percent,
}: Given): Drawn {
  const ids = texts(all ?? one).filter((id) => /^i-[0-9a-f]+$/.test(id));
  if (ids.length > 0) return { instance: { ids: [...ids] }, limits: { instances: ids.length } };
  if (typeof percent === 'number' && percent > 0 && percent <= 100)
    return { instance: { percent }, limits: { share: '20%' } };
  // without a count the Chaos Toolkit takes one
  const many = typeof count === 'number' && Number.isInteger(count) && count > 0 ? count : 1;
  return { instance: { count: many }, limits: { instances: many } };
}

/** Groups by name, and tags: those of groups, and those in filters. */
function selected(given: Given): Json {
  const groups = texts(given.asg_names);
  const listed = [...listIn(given.tags), ...listIn(given.filters)];
  const tags = Object.fromEntries(listed.flatMap((one) => tagIn(one)));
  return { ...(groups.length > 0 ? { groups: [...groups] } : {}), ...(Object.keys(tags).length > 0 ? { tags } : {}) };
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function tagIn(value: unknown): readonly (readonly [string, Json])[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = new Map<string, unknown>(Object.entries(value));
  const key = fields.get('Key') ?? fields.get('key');
  const own = fields.get('Value') ?? fields.get('value');
  if (typeof key === 'string' && typeof own === 'string') return [[key, own]];
  const name = fields.get('Name') ?? fields.get('name');
  const values = texts(fields.get('Values') ?? fields.get('values'));
  return typeof name === 'string' && name.startsWith('tag:') ? [[name.slice(4), [...values]]] : [];
}

function texts(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
}
