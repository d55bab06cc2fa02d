import { DescribeNetworkAclsCommand, ReplaceNetworkAclAssociationCommand } from '@aws-sdk/client-ec2';
import type { Cloud } from '../aws/cloud.js';
import { allPages, chunks } from '../inventory/paging.js';
import { KongError } from '../model/errors.js';
import { byRegion, relatePlain, resolved, writeEach, type Driver, type ReadContext, type Write } from './driver.js';

/** EC2 takes 200 values a filter: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const VALUES_A_FILTER = 200;

/**
 * Which network ACL filters a subnet's traffic. ACLs are stateless: a swap cuts established flows too.
 *
 * The association's id changes at every swap, so it is looked up by subnet each time, never remembered.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html
 */
export const subnetNetworkAcl: Driver = {
  attribute: 'subnet.networkAcl',
  role: 'cut',
  gone: 'fine',
  callsPerSecond: 10,
  batchSize: VALUES_A_FILTER,
  callsFor: (changes) => changes + Math.ceil(changes / VALUES_A_FILTER),
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => resource.region,
  relate: relatePlain,

  async readMany(resources, { cloud }) {
    const found = await Promise.all(
      byRegion(resources).map(([region, subnets]) =>
        associations(
          region,
          subnets.map((subnet) => subnet.id),
          cloud,
        ),
      ),
    );
    return new Map(found.flat().map(({ subnet, acl }) => [subnet, acl]));
  },

  async write(batch, context) {
    const [first] = batch;
    if (!first) return [];
    const { region } = first.resource;
    const current = await associations(
      region,
      batch.map((write) => write.resource.id),
      context.cloud,
    );
    const bySubnet = new Map(current.map((association) => [association.subnet, association]));
    return writeEach(batch, async (write) => {
      const association = bySubnet.get(write.resource.id);
      if (!association) throw new KongError('NOT_FOUND', `subnet ${write.resource.id} is not in ${region} any more`);
      const acl = wantedAcl(write, context);
      if (association.acl === acl) return;
      await context.cloud
        .ec2(region)
        .send(
          context.permit.for(
            new ReplaceNetworkAclAssociationCommand({ AssociationId: association.id, NetworkAclId: acl }),
          ),
        );
    });
  },
};

interface Association {
  readonly subnet: string;
  readonly acl: string;
  readonly id: string;
}

async function associations(region: string, subnets: readonly string[], cloud: Cloud): Promise<readonly Association[]> {
  const wanted = new Set(subnets);
  const read = await Promise.all(
    chunks(subnets, VALUES_A_FILTER).map((some) =>
      allPages(async (token) => {
        const answer = await cloud
          .ec2(region)
          .send(
            new DescribeNetworkAclsCommand({
              Filters: [{ Name: 'association.subnet-id', Values: [...some] }],
              NextToken: token,
            }),
          );
        const items = (answer.NetworkAcls ?? []).flatMap((acl) =>
          (acl.Associations ?? []).map((association) => ({
            subnet: association.SubnetId ?? '',
            acl: acl.NetworkAclId ?? '',
            id: association.NetworkAclAssociationId ?? '',
          })),
        );
        return { items, next: answer.NextToken };
      }),
    ),
  );
  // the answer lists all associations of each matching ACL, other subnets' too
  return read.flat().filter((association) => wanted.has(association.subnet));
}

function wantedAcl(write: Write, { created }: ReadContext): string {
  const value = resolved(write.to === 'after' ? write.after : write.before, created);
  if (typeof value === 'string') return value;
  throw new KongError('BAD_PLAN', `no network ACL was made for ${JSON.stringify(value)}`);
}
