import { DescribeNetworkAclsCommand } from '@aws-sdk/client-ec2';
import { allPages } from '../inventory/paging.js';
import { HANDLE_TAG, RUN_TAG } from './creation-tags.js';
import { sharedRead, type RegionRead } from './look.js';

/** What the drivers read of a network ACL. */
export interface ListedAcl {
  readonly id: string;
  readonly vpc: string;
  /** The run that created it, and which of its creations it is; undefined: no run did. */
  readonly run: string | undefined;
  readonly handle: string | undefined;
  readonly associations: readonly { readonly id: string; readonly subnet: string }[];
}

/**
 * Every network ACL of a region. A listing without a filter, as a plan makes it: one call for any number of subnets,
 * and for the ACLs that the run made, too.
 */
export const networkAclsIn: RegionRead<readonly ListedAcl[]> = sharedRead('network-acl', (region, _ids, { cloud }) =>
  allPages(async (token) => {
    const answer = await cloud.ec2(region).send(new DescribeNetworkAclsCommand({ NextToken: token }));
    const items = (answer.NetworkAcls ?? []).map((acl) => ({
      id: acl.NetworkAclId ?? '',
      vpc: acl.VpcId ?? '',
      run: acl.Tags?.find((tag) => tag.Key === RUN_TAG)?.Value,
      handle: acl.Tags?.find((tag) => tag.Key === HANDLE_TAG)?.Value,
      associations: (acl.Associations ?? []).map((one) => ({
        id: one.NetworkAclAssociationId ?? '',
        subnet: one.SubnetId ?? '',
      })),
    }));
    return { items, next: answer.NextToken };
  }),
);
