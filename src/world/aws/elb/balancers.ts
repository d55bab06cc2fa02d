import type {
  DescribeLoadBalancersCommandInput,
  DescribeLoadBalancersCommandOutput,
  DescribeTagsCommandInput,
  DescribeTagsCommandOutput,
  DescribeTargetGroupsCommandInput,
  DescribeTargetGroupsCommandOutput,
  LoadBalancer,
  SetSubnetsCommandInput,
  SetSubnetsCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsFault, notSimulated } from '../aws-fault.js';
import { tagList } from '../aws-tags.js';
import type { LoadBalancerRow } from '../balancer-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';
import type { SubnetRow } from '../rows.js';
import { elbPage, picked, targetGroupOf } from './find.js';

/** An application load balancer must have two zones. */
const FEWEST_ZONES = 2;

/**
 * Application load balancers, one before the edge of each region, and their target groups.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
 */
export const balancerOperations = {
  DescribeLoadBalancersCommand(
    input: DescribeLoadBalancersCommandInput,
    context: CallContext,
  ): Answer<DescribeLoadBalancersCommandOutput> {
    const { sim, region } = context;
    const here = sim.store.loadBalancers.seen(sim.nowMs).filter((one) => one.region === region);
    const wanted = picked(here, { arns: input.LoadBalancerArns, names: input.Names }, 'LoadBalancerNotFoundException');
    const { items, next } = pageOf(wanted, elbPage(input, context));
    return { LoadBalancers: items.map((one) => toBalancer(one, context)), NextMarker: next };
  },

  DescribeTargetGroupsCommand(
    input: DescribeTargetGroupsCommandInput,
    context: CallContext,
  ): Answer<DescribeTargetGroupsCommandOutput> {
    const { sim, region } = context;
    const of = input.LoadBalancerArn;
    const here = sim.store.targetGroups
      .seen(sim.nowMs)
      .filter((one) => one.region === region && (of === undefined || one.loadBalancer === of));
    const wanted = picked(here, { arns: input.TargetGroupArns, names: input.Names }, 'TargetGroupNotFoundException');
    const { items, next } = pageOf(wanted, elbPage(input, context));
    return {
      TargetGroups: items.map((one) => ({
        TargetGroupArn: one.id,
        TargetGroupName: one.name,
        Protocol: 'HTTPS',
        Port: one.port,
        VpcId: one.vpc,
        TargetType: 'instance',
        LoadBalancerArns: [one.loadBalancer],
        HealthCheckEnabled: true,
        IpAddressType: 'ipv4',
      })),
      NextMarker: next,
    };
  },

  DescribeTagsCommand(input: DescribeTagsCommandInput, context: CallContext): Answer<DescribeTagsCommandOutput> {
    return {
      TagDescriptions: (input.ResourceArns ?? []).map((arn) => {
        const row = arn.includes(':targetgroup/') ? targetGroupOf(arn, context) : balancerOf(arn, context);
        return { ResourceArn: arn, Tags: tagList(row.tags) };
      }),
    };
  },

  SetSubnetsCommand(input: SetSubnetsCommandInput, context: CallContext): Answer<SetSubnetsCommandOutput> {
    if (input.IpAddressType !== undefined) throw notSimulated('SetSubnets with IpAddressType');
    const { sim } = context;
    const balancer = balancerOf(input.LoadBalancerArn, context);
    const ids = input.Subnets ?? input.SubnetMappings?.map(({ SubnetId }) => SubnetId ?? '') ?? [];
    const subnets = [...new Set(ids)].map((id) => subnetOf(id, balancer, context));
    const zones = new Set(subnets.map(({ zone }) => zone));
    if (zones.size < FEWEST_ZONES || zones.size < subnets.length)
      throw new AwsFault(
        'InvalidConfigurationRequestException',
        `At least ${FEWEST_ZONES} subnets in different Availability Zones must be specified`,
      );
    const changed = { ...balancer, subnets: subnets.map(({ id }) => id) };
    sim.store.loadBalancers.put(changed, sim.seenFromMs());
    return { AvailabilityZones: zonesOf(changed, context), IpAddressType: 'ipv4' };
  },
} satisfies Operations;

/**
 * A load balancer of the call's region by its Amazon resource name.
 * @throws AwsFault where there is none
 */
export function balancerOf(arn: string | undefined, { sim, region }: CallContext): LoadBalancerRow {
  const row = sim.store.loadBalancers.get(arn ?? '');
  if (row?.region !== region)
    throw new AwsFault('LoadBalancerNotFoundException', `Load balancer '${arn ?? ''}' not found`);
  return row;
}

function subnetOf(id: string, { vpc }: LoadBalancerRow, { sim }: CallContext): SubnetRow {
  const subnet = sim.store.subnets.get(id);
  if (subnet?.vpc !== vpc) throw new AwsFault('SubnetNotFoundException', `The subnet ID '${id}' does not exist`);
  return subnet;
}

function zonesOf({ subnets }: LoadBalancerRow, { sim }: CallContext): { ZoneName: string; SubnetId: string }[] {
  return subnets.flatMap((id) => {
    const zone = sim.store.subnets.get(id)?.zone;
    return zone === undefined ? [] : [{ ZoneName: zone, SubnetId: id }];
  });
}

function toBalancer(row: LoadBalancerRow, context: CallContext): LoadBalancer {
  return {
    LoadBalancerArn: row.id,
    LoadBalancerName: row.name,
    DNSName: `${row.name}-${row.id.split('/').at(-1) ?? ''}.${row.region}.elb.amazonaws.com`,
    Type: 'application',
    Scheme: 'internet-facing',
    State: { Code: 'active' },
    VpcId: row.vpc,
    SecurityGroups: [...row.securityGroups],
    CreatedTime: new Date(row.createdMs),
    AvailabilityZones: zonesOf(row, context),
    IpAddressType: 'ipv4',
  };
}
