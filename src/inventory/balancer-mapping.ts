import type { AvailabilityZone, SubnetMapping } from '@aws-sdk/client-elastic-load-balancing-v2';

/**
 * One subnet of a load balancer as a change has it: its id, and behind it whatever of its address was chosen by
 * somebody: `subnet-0a1`, `subnet-0a1 eipalloc-17`, `subnet-0a1 10.0.0.5`, `subnet-0a1 2001:db8::5`.
 */
export type MappingText = string;

/** The subnet of a load balancer with the addresses that it has to get back, as it is described. */
export function mappingText({ SubnetId = '', LoadBalancerAddresses = [] }: AvailabilityZone): MappingText {
  const chosen = LoadBalancerAddresses.flatMap(({ AllocationId, PrivateIPv4Address, IPv6Address }) =>
    [AllocationId, PrivateIPv4Address, IPv6Address].filter((text) => text !== undefined && text !== ''),
  );
  return [SubnetId, ...chosen].join(' ');
}

/** The same as SetSubnets takes it. */
export function mappingOf(text: MappingText): SubnetMapping {
  const [SubnetId, ...chosen] = text.split(' ');
  const allocation = chosen.find((one) => one.startsWith('eipalloc-'));
  const ipv6 = chosen.find((one) => one.includes(':'));
  const ipv4 = chosen.find((one) => one !== allocation && one !== ipv6);
  return {
    SubnetId,
    ...(allocation === undefined ? {} : { AllocationId: allocation }),
    ...(ipv4 === undefined ? {} : { PrivateIPv4Address: ipv4 }),
    ...(ipv6 === undefined ? {} : { IPv6Address: ipv6 }),
  };
}
