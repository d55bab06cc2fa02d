import type {
  CreateNetworkAclCommandInput,
  CreateNetworkAclCommandOutput,
  CreateNetworkAclEntryCommandInput,
  CreateNetworkAclEntryCommandOutput,
  DeleteNetworkAclCommandInput,
  DeleteNetworkAclCommandOutput,
  DescribeNetworkAclsCommandInput,
  DescribeNetworkAclsCommandOutput,
  NetworkAcl,
  NetworkAclEntry,
  ReplaceNetworkAclAssociationCommandInput,
  ReplaceNetworkAclAssociationCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Tags } from '../../../model/inventory.js';
import { AwsFault, required } from '../aws-fault.js';
import { tagList, tagRecord } from '../aws-tags.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';
import type { AclEntry, AclRow, SubnetRow } from '../rows.js';
import { endDryRun } from './dry-run.js';
import { MOST_TAGS } from './ec2-tags.js';
import { filtered, named, type FilterFields } from './filters.js';
import { ec2Page } from './places.js';

/** Rules a direction and address family, the closing one included. */
const MOST_RULES = 20;
/** The closing rule, which every ACL has: whatever no other rule matches is denied. */
const LAST_RULE = 32_767;

/** An ACL with the subnets that a reader sees with it. */
type AclView = AclRow & { readonly associated: readonly SubnetRow[] };

const ACL_FIELDS: FilterFields<AclView> = {
  'network-acl-id': ({ id }) => [id],
  'vpc-id': ({ vpc }) => [vpc],
  default: ({ isDefault }) => [String(isDefault)],
  'association.subnet-id': ({ associated }) => associated.map((subnet) => subnet.id),
  'association.association-id': ({ associated }) => associated.map((subnet) => subnet.association),
  'association.network-acl-id': ({ associated, id }) => associated.map(() => id),
};

/**
 * Network ACLs. The association of a subnet is kept with the subnet: it has exactly one, whose id changes at every
 * swap.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 */
export const networkAclOperations = {
  DescribeNetworkAclsCommand(
    input: DescribeNetworkAclsCommandInput,
    context: CallContext,
  ): Answer<DescribeNetworkAclsCommandOutput> {
    endDryRun(input);
    const acls = filtered(
      named(aclViews(context), input.NetworkAclIds, 'InvalidNetworkAclID.NotFound'),
      input.Filters,
      ACL_FIELDS,
    );
    const { items, next } = pageOf(acls, ec2Page(input, context));
    return { NetworkAcls: items.map((acl) => toNetworkAcl(acl, context)), NextToken: next };
  },

  CreateNetworkAclCommand(
    input: CreateNetworkAclCommandInput,
    context: CallContext,
  ): Answer<CreateNetworkAclCommandOutput> {
    const { sim, region } = context;
    const vpc = vpcOf(input.VpcId, context);
    const made = madeWith(input.ClientToken, vpc, context);
    const tags = tagRecord(
      input.TagSpecifications?.flatMap((one) => (one.ResourceType === 'network-acl' ? (one.Tags ?? []) : [])),
    );
    if (!made) checkQuotas(vpc, tags, context);
    endDryRun(input);
    const token = input.ClientToken ?? null;
    const acl = made ?? { id: sim.ids.next('acl'), region, vpc, isDefault: false, entries: [], tags, token };
    if (!made) sim.store.acls.put(acl, sim.seenFromMs());
    return { NetworkAcl: toNetworkAcl({ ...acl, associated: [] }, context), ClientToken: input.ClientToken };
  },

  CreateNetworkAclEntryCommand(
    input: CreateNetworkAclEntryCommandInput,
    context: CallContext,
  ): Answer<CreateNetworkAclEntryCommandOutput> {
    const { sim } = context;
    const acl = aclOf(required(input.NetworkAclId, 'NetworkAclId'), context);
    const entry = toEntry(input);
    checkEntry(acl, entry);
    endDryRun(input);
    sim.store.acls.put({ ...acl, entries: [...acl.entries, entry] }, sim.seenFromMs());
    return {};
  },

  DeleteNetworkAclCommand(
    input: DeleteNetworkAclCommandInput,
    context: CallContext,
  ): Answer<DeleteNetworkAclCommandOutput> {
    const { sim } = context;
    const acl = aclOf(required(input.NetworkAclId, 'NetworkAclId'), context);
    if (acl.isDefault) throw new AwsFault('InvalidParameterValue', `cannot delete default network ACL ${acl.id}`);
    const inUse = [...sim.store.subnets.all()].some((subnet) => subnet.acl === acl.id);
    if (inUse)
      throw new AwsFault('DependencyViolation', `The networkAcl '${acl.id}' has dependencies and cannot be deleted.`);
    endDryRun(input);
    sim.store.acls.remove(acl.id, sim.seenFromMs());
    return {};
  },

  ReplaceNetworkAclAssociationCommand(
    input: ReplaceNetworkAclAssociationCommandInput,
    context: CallContext,
  ): Answer<ReplaceNetworkAclAssociationCommandOutput> {
    const { sim, region } = context;
    const association = required(input.AssociationId, 'AssociationId');
    const acl = aclOf(required(input.NetworkAclId, 'NetworkAclId'), context);
    const subnet = [...sim.store.subnets.all()].find((one) => one.region === region && one.association === association);
    if (!subnet)
      throw new AwsFault('InvalidAssociationID.NotFound', `The association ID '${association}' does not exist`);
    if (subnet.vpc !== acl.vpc)
      throw new AwsFault(
        'InvalidParameterValue',
        `network ACL ${acl.id} and subnet ${subnet.id} belong to different networks`,
      );
    endDryRun(input);
    const changed = { ...subnet, acl: acl.id, association: sim.ids.next('aclassoc') };
    sim.store.subnets.put(changed, sim.seenFromMs());
    return { NewAssociationId: changed.association };
  },
} satisfies Operations;

function vpcOf(id: string | undefined, { sim, region }: CallContext): string {
  const vpc = sim.store.vpcs.get(required(id, 'VpcId'));
  if (vpc?.region !== region) throw new AwsFault('InvalidVpcID.NotFound', `The vpc ID '${id ?? ''}' does not exist`);
  return vpc.id;
}

/** What the same client token made before. */
function madeWith(token: string | undefined, vpc: string, { sim, region }: CallContext): AclRow | undefined {
  if (token === undefined) return undefined;
  const made = [...sim.store.acls.all()].find((acl) => acl.region === region && acl.token === token);
  if (!made || made.vpc === vpc) return made;
  throw new AwsFault(
    'IdempotentParameterMismatch',
    'The client token you have provided is already associated with a request with different parameters.',
  );
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
function checkQuotas(vpc: string, tags: Tags, { sim }: CallContext): void {
  const own = [...sim.store.acls.all()].filter((acl) => acl.vpc === vpc);
  if (own.length >= sim.behaviour.aclsPerVpc)
    throw new AwsFault('NetworkAclLimitExceeded', 'The maximum number of network acls has been reached.');
  if (Object.keys(tags).length > MOST_TAGS) throw new AwsFault('TagLimitExceeded', `More than ${MOST_TAGS} tags`);
}

function aclOf(id: string, { sim, region }: CallContext): AclRow {
  const acl = sim.store.acls.get(id);
  if (acl?.region !== region)
    throw new AwsFault('InvalidNetworkAclID.NotFound', `The networkAcl ID '${id}' does not exist`);
  return acl;
}

function aclViews({ sim, region }: CallContext): readonly AclView[] {
  const subnets = sim.store.subnets.seen(sim.nowMs);
  return sim.store.acls
    .seen(sim.nowMs)
    .filter((acl) => acl.region === region)
    .map((acl) => ({ ...acl, associated: subnets.filter((subnet) => subnet.acl === acl.id) }));
}

function toNetworkAcl(acl: AclView, { sim }: CallContext): NetworkAcl {
  return {
    NetworkAclId: acl.id,
    VpcId: acl.vpc,
    IsDefault: acl.isDefault,
    OwnerId: sim.world.account,
    Tags: tagList(acl.tags),
    Associations: acl.associated.map((subnet) => ({
      NetworkAclAssociationId: subnet.association,
      NetworkAclId: acl.id,
      SubnetId: subnet.id,
    })),
    Entries: [...acl.entries, lastRule(true), lastRule(false)].map(fromEntry),
  };
}

function lastRule(egress: boolean): AclEntry {
  return { number: LAST_RULE, egress, allow: false, protocol: '-1', cidr: '0.0.0.0/0', ipv6: null, ports: null };
}

function fromEntry(entry: AclEntry): NetworkAclEntry {
  return {
    RuleNumber: entry.number,
    Egress: entry.egress,
    RuleAction: entry.allow ? 'allow' : 'deny',
    Protocol: entry.protocol,
    ...(entry.cidr === null ? {} : { CidrBlock: entry.cidr }),
    ...(entry.ipv6 === null ? {} : { Ipv6CidrBlock: entry.ipv6 }),
    ...(entry.ports === null ? {} : { PortRange: { From: entry.ports.from, To: entry.ports.to } }),
  };
}

function toEntry(input: CreateNetworkAclEntryCommandInput): AclEntry {
  const { PortRange: ports } = input;
  if (input.CidrBlock === undefined && input.Ipv6CidrBlock === undefined) {
    throw new AwsFault('MissingParameter', 'The request must contain the parameter CidrBlock or Ipv6CidrBlock');
  }
  return {
    number: required(input.RuleNumber, 'RuleNumber'),
    egress: required(input.Egress, 'Egress'),
    allow: required(input.RuleAction, 'RuleAction') === 'allow',
    protocol: required(input.Protocol, 'Protocol'),
    cidr: input.CidrBlock ?? null,
    ipv6: input.Ipv6CidrBlock ?? null,
    ports: ports?.From === undefined || ports.To === undefined ? null : { from: ports.From, to: ports.To },
  };
}

function checkEntry(acl: AclRow, entry: AclEntry): void {
  if (entry.number < 1 || entry.number >= LAST_RULE) {
    throw new AwsFault(
      'InvalidParameterValue',
      `Value (${entry.number}) for parameter ruleNumber is invalid. Rule number must be between 1 and 32766.`,
    );
  }
  const sameWay = acl.entries.filter((other) => other.egress === entry.egress);
  if (sameWay.some((other) => other.number === entry.number)) {
    throw new AwsFault(
      'NetworkAclEntryAlreadyExists',
      `The network acl entry identified by ${entry.number} already exists.`,
    );
  }
  const sameFamily = sameWay.filter((other) => (other.cidr === null) === (entry.cidr === null));
  if (sameFamily.length + 1 >= MOST_RULES) {
    throw new AwsFault(
      'NetworkAclEntryLimitExceeded',
      `The maximum number of network acl entries has been reached for ${acl.id}.`,
    );
  }
}
