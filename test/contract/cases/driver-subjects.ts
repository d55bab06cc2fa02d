import { SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkAclCommand,
  CreateSecurityGroupCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ingressRuleId } from '../../../src/changes/ingress-rule-name.js';
import type { Switches } from '../../../src/changes/switches.js';
import type { AttributeKind } from '../../../src/model/change.js';
import type { Json } from '../../../src/model/json.js';
import type { ResourceRef } from '../../../src/model/resource.js';
import { eventually, groupNow, NO_SUCH, statesOf, stayingIn, there } from '../assertions.js';
import type { Area, CloudUnderTest, GroupName } from '../cloud.js';
import { EAST, WEST } from '../contract-world.js';
import { commandSubject, parameterSubject } from './switch-subjects.js';
import { ssmCommand } from './command-subject.js';
import { hookSubject } from './hook-subject.js';
import { fisExperiment, fisTemplate } from './fis-subjects.js';
import { marker, replicationRule } from './replication-subject.js';
import { balancer, healthCheck, listenerRule, recordWeight, route, target } from './traffic-subjects.js';

/** One attribute that is to be set. */
export interface Planned {
  readonly resource: ResourceRef;
  readonly after: Json;
  readonly memo?: Json;
}

/** What a driver is tried on. */
export interface Subject {
  readonly attribute: AttributeKind;
  readonly area: Area;
  /** Several resources, made ready. `created`: what `$created` stands for. */
  prepare(cloud: CloudUnderTest, created: Map<string, string>, switches?: Switches): Promise<readonly Planned[]>;
  /** New switches of kong.yaml, for what is one. */
  switches?(): Switches;
  /** One of the kind that is not there. */
  gone(cloud: CloudUnderTest): Promise<ResourceRef>;
  /** Whether the driver takes what is gone for put back. */
  readonly goneIsFine: boolean;
  /** Whether the driver refuses to read what is gone, rather than to call it gone. */
  readonly goneIsRefused?: true;
  /** Waits for what the cloud does by itself after a write. */
  settle?(cloud: CloudUnderTest): Promise<unknown>;
}

const group = (name: string): ResourceRef => ({ type: 'asg', region: EAST, id: name });
const NOBODY: Pick<Subject, 'area' | 'gone' | 'goneIsFine'> = {
  area: 'drivers',
  gone: async (cloud) => {
    await cloud.group(EAST, 'web');
    return group('nobody');
  },
  goneIsFine: false,
};

const GROUPS: readonly GroupName[] = ['web', 'api'];

const freeze = (cloud: CloudUnderTest, region: string, name: GroupName): Promise<unknown> =>
  cloud.aws.autoScaling(region).send(new SuspendProcessesCommand({ AutoScalingGroupName: name }));

const networkAcl: Subject = {
  attribute: 'networkAcl.exists',
  area: 'drivers',
  goneIsFine: true,
  prepare: async (cloud) =>
    Promise.all(
      [EAST, WEST].map(async (region): Promise<Planned> => {
        const { vpc } = await cloud.network(region);
        return { resource: { type: 'network-acl', region, id: `dark-${region}` }, after: { vpc } };
      }),
    ),
  gone: () => Promise.resolve({ type: 'network-acl', region: EAST, id: 'never-made' }),
};

const subnetAcl: Subject = {
  attribute: 'subnet.networkAcl',
  area: 'drivers',
  goneIsFine: false,
  async prepare(cloud, created) {
    const planned = [EAST, WEST].map(async (region): Promise<readonly Planned[]> => {
      const { vpc, subnets } = await cloud.network(region);
      const { NetworkAcl } = await cloud.aws.ec2(region).send(new CreateNetworkAclCommand({ VpcId: vpc }));
      created.set(`dark-${region}`, there(NetworkAcl?.NetworkAclId));
      const after = { $created: `dark-${region}` };
      return subnets.map((id) => ({ resource: { type: 'subnet', region, id }, after }));
    });
    return (await Promise.all(planned)).flat();
  },
  gone: () => Promise.resolve({ type: 'subnet', region: EAST, id: NO_SUCH.subnet }),
};

const instanceState: Subject = {
  attribute: 'instance.state',
  area: 'drivers',
  goneIsFine: false,
  async prepare(cloud) {
    const chosen = [EAST, WEST].map(async (region): Promise<readonly Planned[]> => {
      const ids = await cloud.group(region, 'web');
      await freeze(cloud, region, 'web');
      return ids.slice(0, 2).map((id) => ({ resource: { type: 'instance', region, id }, after: 'stopped' }));
    });
    return (await Promise.all(chosen)).flat();
  },
  async gone(cloud) {
    const [id = ''] = await cloud.group(EAST, 'api');
    await freeze(cloud, EAST, 'api');
    await cloud.aws.ec2(EAST).send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    const filter = [{ Name: 'instance-id', Values: [id] }];
    await eventually(
      cloud,
      () => statesOf(cloud, EAST, filter),
      (states) => states.get(id) === 'terminated',
    );
    return { type: 'instance', region: EAST, id };
  },
};

const suspendedProcesses: Subject = {
  ...NOBODY,
  attribute: 'asg.suspendedProcesses',
  async prepare(cloud) {
    for (const name of GROUPS) await cloud.group(EAST, name);
    const own = { AutoScalingGroupName: 'api', ScalingProcesses: ['AZRebalance'] };
    await cloud.aws.autoScaling(EAST).send(new SuspendProcessesCommand(own));
    return [
      { resource: group('web'), after: ['Launch', 'Terminate'] },
      { resource: group('api'), after: ['AZRebalance', 'Launch'] },
    ];
  },
};

const minSize: Subject = {
  ...NOBODY,
  attribute: 'asg.minSize',
  async prepare(cloud) {
    for (const name of GROUPS) await cloud.group(EAST, name);
    return [
      { resource: group('web'), after: 4 },
      { resource: group('api'), after: 2 },
    ];
  },
};

const groupSubnets: Subject = {
  ...NOBODY,
  attribute: 'asg.subnets',
  async prepare(cloud) {
    // or the group would move its members
    for (const name of GROUPS) await freeze(cloud, EAST, await cloud.group(EAST, name).then(() => name));
    const { subnets } = await cloud.network(EAST);
    const after = [...subnets].sort().slice(0, 1);
    return GROUPS.map((name) => ({ resource: group(name), after }));
  },
};

const desiredCapacity: Subject = {
  ...NOBODY,
  // a group that is not there has nothing too many
  goneIsFine: true,
  attribute: 'asg.desiredCapacity',
  async prepare(cloud) {
    const after = { web: 6, api: 3 };
    return Promise.all(
      GROUPS.map(async (name) => ({ resource: group(name), after: after[name], memo: await cloud.group(EAST, name) })),
    );
  },
  settle: (cloud) =>
    Promise.all(
      GROUPS.map((name) =>
        eventually(
          cloud,
          () => groupNow(cloud, EAST, name),
          (now) => stayingIn(now).length === now.DesiredCapacity,
        ),
      ),
    ),
};

const securityGroup: Subject = {
  attribute: 'securityGroup.exists',
  area: 'drivers',
  goneIsFine: true,
  prepare: async (cloud) =>
    Promise.all(
      [EAST, WEST].map(async (region): Promise<Planned> => {
        const { vpc } = await cloud.network(region);
        return { resource: { type: 'security-group', region, id: `alone-${region}` }, after: { vpc } };
      }),
    ),
  gone: () => Promise.resolve({ type: 'security-group', region: EAST, id: 'never-made' }),
};

const instanceGroups: Subject = {
  attribute: 'instance.securityGroups',
  area: 'drivers',
  goneIsFine: false,
  gone: () => Promise.resolve({ type: 'instance', region: EAST, id: NO_SUCH.instance }),
  async prepare(cloud, created) {
    const planned = [EAST, WEST].map(async (region): Promise<readonly Planned[]> => {
      const { vpc } = await cloud.network(region);
      const made = { GroupName: `alone-${region}`, Description: 'for a test', VpcId: vpc };
      const { GroupId } = await cloud.aws.ec2(region).send(new CreateSecurityGroupCommand(made));
      created.set(`alone-${region}`, there(GroupId));
      const ids = await cloud.group(region, 'web');
      const after = { $created: `alone-${region}` };
      return ids.slice(0, 2).map((id) => ({ resource: { type: 'instance', region, id }, after }));
    });
    return (await Promise.all(planned)).flat();
  },
};

const standby: Subject = {
  attribute: 'instance.standby',
  area: 'drivers',
  goneIsFine: false,
  gone: () => Promise.resolve({ type: 'instance', region: EAST, id: NO_SUCH.instance }),
  async prepare(cloud) {
    const chosen = [EAST, WEST].map(async (region): Promise<readonly Planned[]> => {
      const ids = await cloud.group(region, 'web');
      const inGroup = { after: 'Standby', memo: { group: 'web' } };
      return ids.slice(0, 2).map((id) => ({ resource: { type: 'instance', region, id }, ...inGroup }));
    });
    return (await Promise.all(chosen)).flat();
  },
};

const ingressRule: Subject = {
  attribute: 'ingressRule.exists',
  area: 'drivers',
  goneIsFine: false,
  gone: () => {
    const name = { group: 'sg-0123456789abcdef0', protocol: 'tcp', ports: null, from: 'sg-0123456789abcdef1' };
    return Promise.resolve({ type: 'security-group-rule', region: EAST, id: ingressRuleId(name) });
  },
  async prepare(cloud) {
    const planned = await Promise.all(
      [EAST, WEST].map(async (region): Promise<readonly Planned[]> => {
        const { vpc } = await cloud.network(region);
        const client = cloud.aws.ec2(region);
        const [from, group] = await Promise.all(
          ['caller', 'called'].map(async (name) => {
            const made = { GroupName: `${name}-${region}`, Description: 'for a test', VpcId: vpc };
            return there((await client.send(new CreateSecurityGroupCommand(made))).GroupId);
          }),
        );
        const name = { group: there(group), protocol: 'tcp', ports: { from: 443, to: 443 } };
        const permission = {
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
          UserIdGroupPairs: [{ GroupId: there(from), Description: 'calls' }],
          IpRanges: [{ CidrIp: '0.0.0.0/0' }],
        };
        const allow = { GroupId: name.group, IpPermissions: [permission] };
        await client.send(new AuthorizeSecurityGroupIngressCommand(allow));
        const ids = [there(from), '0.0.0.0/0'].map((source) => ingressRuleId({ ...name, from: source }));
        return ids.map((id): Planned => ({ resource: { type: 'security-group-rule', region, id }, after: null }));
      }),
    );
    return planned.flat();
  },
};

/** Every attribute that kong sets and puts back: a new one does not compile until it is here. */
export const SUBJECTS: Readonly<Record<AttributeKind, Subject>> = {
  'networkAcl.exists': networkAcl,
  'subnet.networkAcl': subnetAcl,
  'instance.state': instanceState,
  'instance.securityGroups': instanceGroups,
  'instance.standby': standby,
  'securityGroup.exists': securityGroup,
  'ingressRule.exists': ingressRule,
  'target.registered': target,
  'listenerRule.exists': listenerRule,
  'balancer.subnets': balancer,
  'record.weight': recordWeight,
  'healthCheck.forced': healthCheck,
  'route.target': route,
  'route.isolation': { ...route, attribute: 'route.isolation' },
  'ssm.parameter': parameterSubject('ssm.parameter'),
  'ssm.isolation': parameterSubject('ssm.isolation'),
  'switch.value': commandSubject('switch.value'),
  'switch.isolation': commandSubject('switch.isolation'),
  'replicationRule.status': replicationRule,
  'marker.written': marker,
  'asg.suspendedProcesses': suspendedProcesses,
  'asg.minSize': minSize,
  'asg.desiredCapacity': desiredCapacity,
  'asg.subnets': groupSubnets,
  'hook.called': hookSubject,
  'ssmCommand.running': ssmCommand,
  'fisTemplate.exists': fisTemplate,
  'fisExperiment.running': fisExperiment,
};
