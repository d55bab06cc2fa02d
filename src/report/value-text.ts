import { isCreatedRef } from '../model/change.js';
import { formatDuration } from '../model/duration.js';
import { canonical, fieldsOf, type Json } from '../model/json.js';
import { secondsOf, sentCommand, type SentCommand } from '../model/sent-command.js';
import { firstOf } from './lines.js';

/** How a value is told. */
export interface ValueTextOptions {
  /** Whose value it is, by its id or its whole name: what a rule of a security group lets in is said by its name. */
  readonly resource: string;
  /** How many names of a list are shown; undefined: all. */
  readonly limit?: number;
}

/** A value as a person reads it. */
export function valueText(value: Json, options: ValueTextOptions): string {
  if (value === null) return 'none';
  if (typeof value === 'string') return value === '' ? "''" : value;
  if (isCreatedRef(value)) return `${value.$created} (new)`;
  if (!Array.isArray(value)) return typeof value === 'object' ? objectText(value, options) : String(value);
  if (PROCESSES.every((process) => value.includes(process))) return 'all processes';
  const items = value.map((item: Json) => valueText(item, options));
  const { shown, hidden } = firstOf(items, options.limit ?? Infinity);
  return `[${[...shown, ...(hidden > 0 ? [`… ${hidden} more`] : [])].join(', ')}]`;
}

/**
 * Every process of an Auto Scaling group that can be suspended.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
 */
const PROCESSES = ['Launch', 'Terminate', 'AddToLoadBalancer', 'AlarmNotification', 'AZRebalance'].concat([
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
]);

/** A network ACL to be created is its VPC; it has no entries, so it denies everything. */
function objectText(value: Json, { resource }: ValueTextOptions): string {
  const command = sentCommand(value);
  if (command) return commandText(command);
  const fields = fieldsOf(value);
  const { vpc, priority, status, kind, id } = fields;
  if (typeof vpc === 'string') return `new in ${vpc}, denies everything`;
  if ('roleArn' in fields) return 'new, see AWS FIS';
  if (typeof priority === 'number' && typeof status === 'string') return `answers ${status} before all rules`;
  if (typeof kind === 'string' && typeof id === 'string') return kind === 'other' ? id : `${kind} ${id}`;
  return ruleText(fields, resource) ?? canonical(value);
}

/** What a rule of a security group does: `lets tcp 443 in from sg-0b2 (edge to playback)`. */
function ruleText({ description }: ReturnType<typeof fieldsOf>, resource: string): string | undefined {
  const [, protocol, ports, from] = /#([^#]+)#(all|\d+-\d+)#([^#]+)$/.exec(resource) ?? [];
  if (description === undefined || protocol === undefined || ports === undefined || from === undefined)
    return undefined;
  const [first, last] = ports.split('-');
  const range = ports === 'all' ? '' : ` ${first === last ? (first ?? '') : ports}`;
  const what = protocol === '-1' ? 'everything' : `${protocol}${range}`;
  return `lets ${what} in from ${from}${typeof description === 'string' ? ` (${description})` : ''}`;
}

/** What runs where, and when it ends whatever becomes of kong: the rest of its parameters are the fault's. */
function commandText(command: SentCommand): string {
  const { document, parameters, instances } = command;
  const own = Object.entries(parameters).filter(([name]) => name !== 'DurationSeconds');
  const given = own.map(([name, value]) => `${name} ${value}`).join(', ');
  const ends = `ends by itself after ${formatDuration(secondsOf(command) * 1_000)}`;
  return `${document} (${given}) on [${instances.join(', ')}], ${ends}`;
}
