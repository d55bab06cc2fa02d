import { describe, expect, it } from 'vitest';
import { mappingOf, mappingText } from '../../src/inventory/balancer-mapping.js';

describe('a subnet of a load balancer', () => {
  it.each([
    ['without an address that anybody chose', [], { SubnetId: 'subnet-1' }],
    ['with an Elastic IP', [{ IpAddress: '1.2.3.4', AllocationId: 'eipalloc-1' }], { AllocationId: 'eipalloc-1' }],
    ['with a private address', [{ PrivateIPv4Address: '10.0.0.5' }], { PrivateIPv4Address: '10.0.0.5' }],
    [
      'with an Elastic IP and an IPv6 address',
      [{ AllocationId: 'eipalloc-1', IPv6Address: '2001:db8::5' }],
      { AllocationId: 'eipalloc-1', IPv6Address: '2001:db8::5' },
    ],
  ])('%s is set as it was described', (_what, LoadBalancerAddresses, expected) => {
    const text = mappingText({ ZoneName: 'us-east-1a', SubnetId: 'subnet-1', LoadBalancerAddresses });
    expect(mappingOf(text)).toEqual({ SubnetId: 'subnet-1', ...expected });
  });
});
