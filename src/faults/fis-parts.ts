import type { FisTemplate, FisTemplateAction, FisTemplateTarget } from '../model/fis-template.js';
import { isoMinutes } from '../experiment/fis-template.js';
import { partitionOf } from '../model/arn.js';
import type { AttributeKind } from '../model/change.js';
import { KongError } from '../model/errors.js';
import type { Fault, ProtoChange } from './fault.js';

/** Attributes that actions of AWS FIS set and put back. An ACL is made by FIS itself. */
const BY_FIS: readonly AttributeKind[] = ['networkAcl.exists', 'subnet.networkAcl', 'instance.state'];
/** What kong goes on doing by itself beside it. */
const BESIDE: readonly AttributeKind[] = ['asg.suspendedProcesses'];

/** Resource names, as many together as one target takes. */
export function chunked(arns: readonly string[]): readonly (readonly string[])[] {
  const many = Math.ceil(arns.length / MOST_ARNS);
  return Array.from({ length: many }, (_, index) => arns.slice(index * MOST_ARNS, (index + 1) * MOST_ARNS));
}

/** Whether AWS FIS can carry out a fault: all that it breaks is what an action of FIS breaks. */
export function canFis({ attributes, irreversible, name }: Fault): boolean {
  if (name === 'fis') return false;
  const own = attributes.filter((one) => !BESIDE.includes(one));
  return own.every((one) => BY_FIS.includes(one)) && own.length + irreversible.length > 0;
}

/** Resource names that one target takes: https://docs.aws.amazon.com/fis/latest/userguide/targets.html */
const MOST_ARNS = 5;
/** https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
const MOST_AT_ONCE = 10;

/** What a template is made from. */
export interface FisMaking {
  readonly description: string;
  readonly changes: readonly ProtoChange[];
  /** How long it lasts by itself: AWS ends it then, whatever became of kong. */
  readonly lastsMs: number;
  readonly role: string;
  /** ARNs. */
  readonly stopAlarms: readonly string[];
  readonly account: string;
  readonly region: string;
}

/** A template, and the changes that kong makes by itself beside it. */
export interface FisParts {
  readonly template: FisTemplate;
  readonly beside: readonly ProtoChange[];
}

/**
 * Changes as one template of AWS FIS: resources by name, five a target, all at once, for a while.
 *
 * @throws KongError BAD_EXPERIMENT where FIS has no action for a change, or would need more of them than it takes
 */
export function fisParts(making: FisMaking): FisParts {
  const { changes, description, role, stopAlarms } = making;
  const odd = changes.find((change) => !isByFis(change) && !isBeside(change));
  if (odd)
    throw new KongError('BAD_EXPERIMENT', `AWS FIS has no action for ${odd.attribute}`, { fix: 'use engine: kong' });
  const parts = KINDS.flatMap((kind) => partsOf(kind, making));
  if (parts.length > MOST_AT_ONCE) {
    const most = MOST_AT_ONCE * MOST_ARNS;
    const named = changes.filter((change) => KINDS.some(({ takes }) => takes(change))).length;
    throw new KongError(
      'BAD_EXPERIMENT',
      `AWS FIS runs ${MOST_AT_ONCE} actions at once, of ${MOST_ARNS} resources each: ${most} at most, not ${named}`,
      { fix: 'narrow blastRadius.select, or use engine: kong' },
    );
  }
  const targets: Record<string, FisTemplateTarget> = {};
  const actions: Record<string, FisTemplateAction> = {};
  for (const part of parts) {
    targets[part.target] = part.selects;
    actions[part.name] = part.action;
  }
  return {
    template: {
      description: description.slice(0, 512),
      roleArn: role,
      stopConditions:
        stopAlarms.length > 0
          ? stopAlarms.map((value) => ({ source: 'aws:cloudwatch:alarm', value }))
          : [{ source: 'none' }],
      targets,
      actions,
      experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
    },
    beside: changes.filter(isBeside),
  };
}

function isByFis(change: ProtoChange): boolean {
  return change.kind === 'irreversible' || BY_FIS.includes(change.attribute);
}

function isBeside(change: ProtoChange): boolean {
  return change.kind === 'reversible' && BESIDE.includes(change.attribute);
}

interface Kind {
  readonly name: string;
  readonly key: 'Instances' | 'Subnets';
  readonly takes: (change: ProtoChange) => boolean;
  readonly actionId: string;
  readonly parameters: (lasts: string) => Readonly<Record<string, string>>;
}

const KINDS: readonly Kind[] = [
  {
    name: 'cut',
    key: 'Subnets',
    takes: ({ attribute }) => attribute === 'subnet.networkAcl',
    actionId: 'aws:network:disrupt-connectivity',
    parameters: (duration) => ({ duration, scope: 'all' }),
  },
  {
    name: 'stop',
    key: 'Instances',
    takes: ({ attribute }) => attribute === 'instance.state',
    actionId: 'aws:ec2:stop-instances',
    // one that something else ended meanwhile is no reason to fail, and to leave the others stopped
    parameters: (after) => ({ startInstancesAfterDuration: after, completeIfInstancesTerminated: 'true' }),
  },
  {
    name: 'terminate',
    key: 'Instances',
    takes: ({ attribute }) => attribute === 'instance.terminate',
    actionId: 'aws:ec2:terminate-instances',
    parameters: () => ({}),
  },
  {
    name: 'reboot',
    key: 'Instances',
    takes: ({ attribute }) => attribute === 'instance.reboot',
    actionId: 'aws:ec2:reboot-instances',
    parameters: () => ({}),
  },
];

interface Part {
  readonly name: string;
  readonly target: string;
  readonly selects: FisTemplateTarget;
  readonly action: FisTemplateAction;
}

function partsOf(kind: Kind, { changes, lastsMs, account, region }: FisMaking): readonly Part[] {
  const type = kind.key === 'Subnets' ? 'subnet' : 'instance';
  const arns = changes.filter(kind.takes).map(({ resource }) => ec2Arn(type, resource.id, { account, region }));
  const chunks = chunked(arns);
  return chunks.map((some, index) => {
    const name = chunks.length === 1 ? kind.name : `${kind.name}-${index + 1}`;
    const target = `to-${name}`;
    return {
      name,
      target,
      selects: { resourceType: `aws:ec2:${type}`, resourceArns: [...some], selectionMode: 'ALL' },
      action: {
        actionId: kind.actionId,
        parameters: { ...kind.parameters(isoMinutes(lastsMs)) },
        targets: { [kind.key]: target },
      },
    };
  });
}

function ec2Arn(
  type: string,
  id: string,
  { account, region }: { readonly account: string; readonly region: string },
): string {
  return `arn:${partitionOf(region)}:ec2:${region}:${account}:${type}/${id}`;
}

/** An alarm of a region and account, by its name; an ARN is one already. */
export function alarmArn(
  alarm: string,
  { account, region }: { readonly account: string; readonly region: string },
): string {
  return alarm.startsWith('arn:') ? alarm : `arn:${partitionOf(region)}:cloudwatch:${region}:${account}:alarm:${alarm}`;
}
