import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  type AvailabilityZone,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Cloud } from '../aws/cloud.js';
import { mappingText } from './balancer-mapping.js';
import type { Balancer, BalancerZone, Listener, Tags } from '../model/inventory.js';
import { allPages, chunks } from './paging.js';
import { tagsOf } from './tags.js';

/** Tags are read for twenty load balancers a call. */
const ARNS_A_CALL = 20;

/** Every load balancer of a region with its listeners: one listing, and one call for each balancer and listener. */
export async function readBalancers(region: string, cloud: Cloud): Promise<readonly Balancer[]> {
  const elb = cloud.elb(region);
  const found = await allPages(async (marker) => {
    const answer = await elb.send(new DescribeLoadBalancersCommand({ Marker: marker }));
    return { items: answer.LoadBalancers ?? [], next: answer.NextMarker };
  });
  const tags = await readTags(
    found.map((one) => one.LoadBalancerArn ?? ''),
    region,
    cloud,
  );
  return Promise.all(
    found.map(async (balancer) => {
      const { LoadBalancerArn: arn = '', LoadBalancerName: name = '', Type: kind = '' } = balancer;
      return {
        arn,
        name,
        kind,
        tags: tags.get(arn) ?? {},
        securityGroups: balancer.SecurityGroups ?? [],
        // only an application load balancer has rules
        listeners: kind === 'application' ? await readListeners(arn, region, cloud) : [],
        zones: (balancer.AvailabilityZones ?? [])
          .map((zone) => zoneOf(zone, balancer))
          .toSorted((a, b) => (a.zone < b.zone ? -1 : 1)),
        fixed: whyFixed(balancer),
      };
    }),
  );
}

/** AWS chooses the addresses of a network load balancer where nobody does, and others when it comes back. */
function zoneOf(zone: AvailabilityZone, { Type: kind }: LoadBalancer): BalancerZone {
  const { ZoneName = '', LoadBalancerAddresses = [] } = zone;
  const isChosen = LoadBalancerAddresses.some(
    ({ AllocationId, PrivateIPv4Address }) => AllocationId !== undefined || PrivateIPv4Address !== undefined,
  );
  return { zone: ZoneName, mapping: mappingText(zone), isAddressLent: kind === 'network' && !isChosen };
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html */
function whyFixed({ Type: kind, State, EnablePrefixForIpv6SourceNat }: LoadBalancer): string | undefined {
  if (kind === 'gateway') return 'is a gateway load balancer, which can not leave a subnet';
  if (EnablePrefixForIpv6SourceNat === 'on') return 'takes IPv6 prefixes from its subnets: it would get others';
  return State?.Code === 'provisioning' || State?.Code === 'failed' ? `is ${State.Code}` : undefined;
}

async function readTags(arns: readonly string[], region: string, cloud: Cloud): Promise<ReadonlyMap<string, Tags>> {
  const read = await Promise.all(
    chunks(arns, ARNS_A_CALL).map(async (some) => {
      const answer = await cloud.elb(region).send(new DescribeTagsCommand({ ResourceArns: [...some] }));
      return (answer.TagDescriptions ?? []).map(
        ({ ResourceArn: arn = '', Tags: list }) => [arn, tagsOf(list)] as const,
      );
    }),
  );
  return new Map(read.flat());
}

async function readListeners(balancer: string, region: string, cloud: Cloud): Promise<readonly Listener[]> {
  const listeners = await allPages(async (marker) => {
    const answer = await cloud
      .elb(region)
      .send(new DescribeListenersCommand({ LoadBalancerArn: balancer, Marker: marker }));
    return { items: answer.Listeners ?? [], next: answer.NextMarker };
  });
  return Promise.all(
    listeners.map(async ({ ListenerArn: arn = '', Port: port = 0 }) => {
      const rules = await allPages(async (marker) => {
        const answer = await cloud.elb(region).send(new DescribeRulesCommand({ ListenerArn: arn, Marker: marker }));
        return { items: answer.Rules ?? [], next: answer.NextMarker };
      });
      const priorities = rules.map((rule) => Number(rule.Priority)).filter((priority) => !Number.isNaN(priority));
      return { arn, port, firstPriority: priorities.length === 0 ? undefined : Math.min(...priorities) };
    }),
  );
}
