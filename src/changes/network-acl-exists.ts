import { CreateNetworkAclCommand, DeleteNetworkAclCommand } from '@aws-sdk/client-ec2';
import { KongError } from '../model/errors.js';
import type { Json } from '../model/json.js';
import { creationTags } from './creation-tags.js';
import { relatePlain, type Driver, type ReadContext, type Write, type WriteContext } from './driver.js';
import { making, type Own } from './made.js';
import { networkAclsIn } from './network-acls.js';

/**
 * Whether a network ACL made for this run exists. One without entries denies all traffic, v4 and v6, both ways, by
 * its `*` rule.
 *
 * `resource.id` is a handle, unique in its run; `after` names the VPC. A lost answer does no harm: the client token
 * makes the second call return the first one's ACL, and the tags find it without any id.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAcl.html
 */
export const networkAclExists: Driver = {
  attribute: 'networkAcl.exists',
  role: 'made',
  gone: 'fine',
  callsPerSecond: 5,
  batchSize: 1,
  callsFor: (changes) => changes,
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => resource.id,
  relate: relatePlain,

  ...making({ own: ownAcls, valueOf: ({ vpc }) => ({ vpc }), create, remove }),
};

interface OwnAcl extends Own {
  readonly vpc: string;
}

/** Every network ACL of a region that this run created. */
async function ownAcls(region: string, context: ReadContext): Promise<readonly OwnAcl[]> {
  const acls = await networkAclsIn(region, [], context);
  return acls.filter(({ run }) => run === context.run).map(({ id, vpc, handle = '' }) => ({ id, vpc, handle }));
}

async function create(write: Write, { cloud, permit, run, expiresAt, undoTags }: WriteContext): Promise<string> {
  const tags = creationTags({ run, handle: write.resource.id, expiresAt, undoTags });
  const answer = await cloud
    .ec2(write.resource.region)
    .send(
      permit.for(
        new CreateNetworkAclCommand({
          VpcId: vpcOf(write.after),
          ClientToken: `${run}-${write.resource.id}`.slice(0, 64),
          TagSpecifications: [{ ResourceType: 'network-acl', Tags: tags }],
        }),
      ),
    );
  const id = answer.NetworkAcl?.NetworkAclId;
  if (!id) throw new KongError('AWS_SERVICE', `CreateNetworkAcl in ${write.resource.region} answered without an id`);
  return id;
}

/** Deletes every ACL with the write's handle: where a token was not honoured there may be two. */
async function remove(write: Write, context: WriteContext): Promise<void> {
  const { region } = write.resource;
  const own = (await ownAcls(region, context)).filter((acl) => acl.handle === write.resource.id);
  for (const acl of own) {
    await context.cloud.ec2(region).send(context.permit.for(new DeleteNetworkAclCommand({ NetworkAclId: acl.id })));
  }
}

function vpcOf(value: Json): string {
  if (value !== null && typeof value === 'object' && 'vpc' in value && typeof value.vpc === 'string') return value.vpc;
  throw new KongError('BAD_PLAN', `a network ACL needs the VPC that it is made in, not ${JSON.stringify(value)}`);
}
