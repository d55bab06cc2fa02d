import type { FisTemplate, FisTemplateAction, FisTemplateTarget } from '../model/fis-template.js';
import { isoDurationMs, isoMinutes } from '../experiment/fis-template.js';
import { partitionOf } from '../model/arn.js';
import type { AttributeKind, IrreversibleKind } from '../model/change.js';
import { KongError } from '../model/errors.js';
import { sentCommand } from '../model/sent-command.js';
import type { Fault, ProtoChange } from './fault.js';
import { MOST_ARNS, partsOn, type ActsOn } from './fis-action-parts.js';
import { stopConditionsOf } from './fis-alarms.js';

/** Attributes that actions of AWS FIS set and put back. An ACL is made by FIS itself. */
const BY_FIS: readonly AttributeKind[] = [
  'networkAcl.exists',
  'subnet.networkAcl',
  'instance.state',
  'ssmCommand.running',
];
/** What actions do that nobody can take back. */
const LOST_BY_FIS: readonly IrreversibleKind[] = ['instance.terminate', 'instance.reboot'];
/** What kong goes on doing by itself beside it. */
const BESIDE: readonly AttributeKind[] = ['asg.suspendedProcesses'];

/** Whether AWS FIS can carry out a fault: all that it breaks is what an action of FIS breaks. */
export function canFis({ attributes, irreversible, name }: Fault): boolean {
  if (name === 'fis') return false;
  const own = attributes.filter((one) => !BESIDE.includes(one));
  const lost = irreversible.filter((one) => LOST_BY_FIS.includes(one));
  return own.every((one) => BY_FIS.includes(one)) && own.length + lost.length > 0;
}

/** https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
const MOST_AT_ONCE = 10;

/** What a template is made from. */
export interface FisMaking {
  readonly description: string;
  readonly changes: readonly ProtoChange[];
  /** How long it lasts by itself: AWS ends it then, whatever became of kong. */
  readonly lastsMs: number;
  readonly role: string;
  /** Names, or ARNs. */
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
  const acts = actsOf(making);
  const parts = acts.flatMap((one) => partsOn(one, making));
  if (parts.length > MOST_AT_ONCE) {
    const most = MOST_AT_ONCE * MOST_ARNS;
    const named = acts.reduce((sum, { ids }) => sum + ids.length, 0);
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
      stopConditions: stopConditionsOf(stopAlarms, making),
      targets,
      actions,
      experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
    },
    beside: changes.filter(isBeside),
  };
}

function isByFis(change: ProtoChange): boolean {
  return change.kind === 'irreversible' ? LOST_BY_FIS.includes(change.attribute) : BY_FIS.includes(change.attribute);
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

function actsOf(making: FisMaking): readonly ActsOn[] {
  const lasts = isoMinutes(making.lastsMs);
  const own = KINDS.map(({ takes, parameters, ...kind }): ActsOn => {
    const ids = making.changes.filter(takes).map(({ resource }) => resource.id);
    return { ...kind, ids, parameters: parameters(lasts) };
  });
  return [...own, ...commandsOf(making, lasts)];
}

/**
 * Documents of Systems Manager. FIS has a clock of its own beside the document's, and both are the same: where the
 * action's were shorter, it would be over while its document goes on.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/actions-ssm-agent.html
 */
function commandsOf({ changes, region }: FisMaking, lasts: string): readonly ActsOn[] {
  const seconds = String((isoDurationMs(lasts) ?? 0) / 1_000);
  return changes.flatMap((change) => {
    const sent = change.kind === 'reversible' ? sentCommand(change.after) : undefined;
    if (!sent) return [];
    const documentParameters = JSON.stringify({ ...sent.parameters, DurationSeconds: seconds });
    const documentArn = `arn:${partitionOf(region)}:ssm:${region}::document/${sent.document}`;
    return [
      {
        name: change.resource.id,
        key: 'Instances',
        ids: sent.instances,
        actionId: 'aws:ssm:send-command',
        parameters: { documentArn, documentParameters, duration: lasts },
      },
    ];
  });
}
