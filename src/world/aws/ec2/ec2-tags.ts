import type {
  CreateTagsCommandInput,
  CreateTagsCommandOutput,
  DeleteTagsCommandInput,
  DeleteTagsCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Tags } from '../../../model/inventory.js';
import { AwsFault, required } from '../aws-fault.js';
import { tagRecord, type AwsTag } from '../aws-tags.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { endDryRun } from './dry-run.js';

/** Tags a resource. */
export const MOST_TAGS = 50;

/** Tags of instances, subnets, VPCs, network ACLs, security groups and route tables. */
export const tagOperations = {
  CreateTagsCommand(input: CreateTagsCommandInput, context: CallContext): Answer<CreateTagsCommandOutput> {
    const added = tagRecord(required(input.Tags, 'Tag'));
    if (Object.keys(added).some((key) => key.startsWith('aws:'))) {
      throw new AwsFault('InvalidParameterValue', "Tag keys starting with 'aws:' are reserved for internal use");
    }
    retag(required(input.Resources, 'ResourceId'), context, (tags) => ({ ...tags, ...added }), input);
    return {};
  },

  DeleteTagsCommand(input: DeleteTagsCommandInput, context: CallContext): Answer<DeleteTagsCommandOutput> {
    const removed = input.Tags ?? [];
    retag(required(input.Resources, 'ResourceId'), context, (tags) => without(tags, removed), input);
    return {};
  },
} satisfies Operations;

/** A tag without a value in the request goes whatever its value is; no tags at all: all but AWS's own. */
function without(tags: Tags, removed: readonly AwsTag[]): Tags {
  const goes = (key: string, value: string): boolean =>
    (removed.length === 0 && !key.startsWith('aws:')) ||
    removed.some((tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value));
  return Object.fromEntries(Object.entries(tags).filter(([key, value]) => !goes(key, value)));
}

function retag(
  ids: readonly string[],
  context: CallContext,
  change: (tags: Tags) => Tags,
  input: { readonly DryRun?: boolean | undefined },
): void {
  const writes = ids.map((id) => taggable(id, context, change));
  endDryRun(input);
  for (const write of writes) write();
}

/** Finds a resource by its id; the returned function writes its new tags. */
function taggable(id: string, { sim, region }: CallContext, change: (tags: Tags) => Tags): () => void {
  const { instances, subnets, vpcs, acls, securityGroups, routeTables } = sim.store;
  const at = { id, region };
  const write =
    retagIn(instances, at, change) ??
    retagIn(subnets, at, change) ??
    retagIn(vpcs, at, change) ??
    retagIn(acls, at, change) ??
    retagIn(securityGroups, at, change) ??
    retagIn(routeTables, at, change);
  if (write) return write;
  throw new AwsFault('InvalidID', `The ID '${id}' is not valid`);
}

interface Tagged {
  readonly id: string;
  readonly region: string;
  readonly tags: Tags;
}

interface TaggedTable<R extends Tagged> {
  get(id: string): R | undefined;
  put(row: R): void;
}

function retagIn<R extends Tagged>(
  table: TaggedTable<R>,
  at: Omit<Tagged, 'tags'>,
  change: (tags: Tags) => Tags,
): (() => void) | undefined {
  const row = table.get(at.id);
  if (row?.region !== at.region) return undefined;
  const tags = change(row.tags);
  if (Object.keys(tags).length > MOST_TAGS)
    throw new AwsFault('TagLimitExceeded', `More than ${MOST_TAGS} tags on ${row.id}`);
  return () => table.put({ ...row, tags });
}
