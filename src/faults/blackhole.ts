import type { ProtoChange, TargetRegion } from './fault.js';

/**
 * Cuts subnets off: a network ACL without entries per VPC, which denies everything both ways, put in the place of each
 * subnet's own. Established flows are cut too, as ACLs keep no state.
 */
export function blackhole(region: string, subnets: TargetRegion['subnets']): readonly ProtoChange[] {
  const vpcs = [...new Set(subnets.map((subnet) => subnet.vpc))];
  return [
    ...vpcs.map((vpc) => ({
      kind: 'reversible' as const,
      attribute: 'networkAcl.exists' as const,
      resource: { type: 'network-acl' as const, region, id: denyHandle(vpc) },
      before: null,
      after: { vpc },
    })),
    ...subnets.map((subnet) => ({
      kind: 'reversible' as const,
      attribute: 'subnet.networkAcl' as const,
      resource: { type: 'subnet' as const, region, id: subnet.id, zone: subnet.zone },
      before: subnet.acl,
      after: { $created: denyHandle(subnet.vpc) },
    })),
  ];
}

function denyHandle(vpc: string): string {
  return `deny-${vpc}`;
}
