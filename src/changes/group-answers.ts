import {
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  type AutoScalingGroup,
} from '@aws-sdk/client-auto-scaling';
import type { Cloud } from '../aws/cloud.js';
import { allPages, chunks } from '../inventory/paging.js';
import type { IrreversibleChange } from '../model/change.js';
import type { Aftermath, Follower } from './aftermath.js';

/** Names and ids that one call takes. */
const GROUPS_PER_CALL = 100;
const INSTANCES_PER_CALL = 50;

/**
 * What Auto Scaling groups do about members that were ended or rebooted: one that was not there before, in service and
 * healthy, replaces one that is gone, in the order of their ids, as long as the group has as many in service as it
 * wants.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
 */
export const groupAnswers: Follower = {
  async begin(acts, cloud) {
    const region = acts[0]?.resource.region ?? '';
    const owners = await ownersOf(acts, { region, cloud });
    const names = [...new Set(owners.values())];
    const before = new Set((await groupsNamed(names, { region, cloud })).flatMap((group) => membersOf(group)));
    return {
      async look(now) {
        const groups = new Map(
          (await groupsNamed(names, { region, cloud: now })).map((group) => [group.AutoScalingGroupName ?? '', group]),
        );
        const answers = new Map<string, Aftermath>();
        for (const act of acts) {
          if (!owners.has(act.resource.id)) answers.set(act.id, { state: 'unowned' });
        }
        for (const name of names) {
          const own = acts.filter(({ resource }) => owners.get(resource.id) === name);
          const group = groups.get(name);
          if (group) for (const [id, answer] of answersOf(own, group, before)) answers.set(id, answer);
        }
        return answers;
      },
    };
  },
};

function answersOf(
  acts: readonly IrreversibleChange[],
  group: AutoScalingGroup,
  before: ReadonlySet<string>,
): readonly (readonly [string, Aftermath])[] {
  const serving = servingIn(group);
  const isWhole = serving.length >= (group.DesiredCapacity ?? 0);
  const gone = acts.filter(({ resource }) => !serving.includes(resource.id));
  const newcomers = serving.filter((id) => !before.has(id)).sort();
  return acts.map((act): readonly [string, Aftermath] => {
    const place = gone.indexOf(act);
    if (place < 0) return [act.id, { state: act.attribute === 'instance.terminate' ? 'waiting' : 'kept' }];
    const by = newcomers[place];
    return [act.id, by !== undefined && isWhole ? { state: 'replaced', by } : { state: 'waiting' }];
  });
}

function servingIn({ Instances: members = [] }: AutoScalingGroup): readonly string[] {
  return members
    .filter((member) => member.LifecycleState === 'InService' && member.HealthStatus?.toLowerCase() === 'healthy')
    .map((member) => member.InstanceId ?? '');
}

function membersOf({ Instances: members = [] }: AutoScalingGroup): readonly string[] {
  return members.map((member) => member.InstanceId ?? '');
}

interface There {
  readonly region: string;
  readonly cloud: Cloud;
}

/** The group of each instance that has one. */
async function ownersOf(
  acts: readonly IrreversibleChange[],
  { region, cloud }: There,
): Promise<ReadonlyMap<string, string>> {
  const ids = acts.map(({ resource }) => resource.id);
  const read = await Promise.all(
    chunks(ids, INSTANCES_PER_CALL).map((some) =>
      allPages(async (token) => {
        const command = new DescribeAutoScalingInstancesCommand({ InstanceIds: [...some], NextToken: token });
        const answer = await cloud.autoScaling(region).send(command);
        return { items: answer.AutoScalingInstances ?? [], next: answer.NextToken };
      }),
    ),
  );
  return new Map(read.flat().map((one) => [one.InstanceId ?? '', one.AutoScalingGroupName ?? '']));
}

async function groupsNamed(names: readonly string[], { region, cloud }: There): Promise<readonly AutoScalingGroup[]> {
  const read = await Promise.all(
    chunks(names, GROUPS_PER_CALL).map((some) =>
      allPages(async (token) => {
        const command = new DescribeAutoScalingGroupsCommand({
          AutoScalingGroupNames: [...some],
          MaxRecords: GROUPS_PER_CALL,
          NextToken: token,
        });
        const answer = await cloud.autoScaling(region).send(command);
        return { items: answer.AutoScalingGroups ?? [], next: answer.NextToken };
      }),
    ),
  );
  return read.flat();
}
