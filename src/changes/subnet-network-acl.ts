import { ReplaceNetworkAclAssociationCommand } from '@aws-sdk/client-ec2';
import { KongError } from '../model/errors.js';
import { byRegion, relatePlain, resolved, writeEach, type Driver, type ReadContext, type Write } from './driver.js';
import { networkAclsIn } from './network-acls.js';

/** So many a write, which begins with one listing. */
const SUBNETS_A_WRITE = 1_000;

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
  batchSize: SUBNETS_A_WRITE,
  callsFor: (changes) => changes,
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => resource.region,
  relate: relatePlain,

  async readMany(resources, context) {
    const found = await Promise.all(
      byRegion(resources).map(([region, subnets]) =>
        associations(
          region,
          subnets.map((subnet) => subnet.id),
          context,
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
      context,
    );
    const bySubnet = new Map(current.map((association) => [association.subnet, association]));
    return writeEach(batch, async (write) => {
      const association = bySubnet.get(write.resource.id);
      if (!association) throw new KongError('NOT_FOUND', `subnet ${write.resource.id} is not in ${region} any more`);
      const acl = wantedAcl(write, context);
      if (association.acl === acl) return;
      assertOurs(write, association.acl);
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

async function associations(
  region: string,
  subnets: readonly string[],
  context: ReadContext,
): Promise<readonly Association[]> {
  const wanted = new Set(subnets);
  const acls = await networkAclsIn(region, [], context);
  return acls
    .flatMap((acl) => acl.associations.map(({ id, subnet }) => ({ id, subnet, acl: acl.id })))
    .filter(({ subnet }) => wanted.has(subnet));
}

/** What someone else put on a subnet since it was planned could not be put back: it is not taken away. */
function assertOurs({ to, before, resource }: Write, now: string): void {
  if (to === 'before' || now === before) return;
  throw new KongError('NOT_VERIFIED', `the network ACL of ${resource.id} is ${now}, set by someone else`, {
    fix: 'find out who changes it, then plan again',
  });
}

function wantedAcl(write: Write, { created }: ReadContext): string {
  const value = resolved(write.to === 'after' ? write.after : write.before, created);
  if (typeof value === 'string') return value;
  throw new KongError('BAD_PLAN', `no network ACL was made for ${JSON.stringify(value)}`);
}
