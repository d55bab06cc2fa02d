import type { Cloud } from '../aws/cloud.js';
import { fisTemplateSchema } from '../experiment/fis-template.js';
import type { FisTemplate } from '../model/fis-template.js';
import { allPages } from '../inventory/paging.js';
import { KongError } from '../model/errors.js';
import type { Json } from '../model/json.js';
import { creationTags, HANDLE_TAG, RUN_TAG, type Creation } from './creation-tags.js';
import type { Driver, ReadContext, Write, WriteContext } from './driver.js';
import { making, type Own } from './made.js';

/**
 * Whether a template of AWS Fault Injection Service that was made for this run exists.
 *
 * `resource.id` is a handle, unique in its run; `after` is the template. A lost answer does no harm: the client token
 * makes the second call return the first one's template, and the tags find it without any id.
 * @see https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplate.html
 */
export const fisTemplateExists: Driver = {
  attribute: 'fisTemplate.exists',
  role: 'made',
  gone: 'fine',
  callsPerSecond: 5,
  batchSize: 1,
  callsFor: (changes) => changes,
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => resource.id,
  // what carries the run's tags and the handle is the run's, whatever is in it
  relate: (_attribute, current) => (current === null ? 'before' : 'after'),

  ...making({ own: ownTemplates, valueOf: ({ id }) => id, create, remove }),
};

/** Every template of a region that this run created. */
async function ownTemplates(region: string, { cloud, run }: ReadContext): Promise<readonly Own[]> {
  return (await taggedTemplates(region, cloud))
    .filter(({ tags }) => tags[RUN_TAG] === run)
    .map(({ id, tags }) => ({ id, handle: tags[HANDLE_TAG] ?? '' }));
}

/** Something of FIS that carries a run's tag. */
export interface TaggedFis {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Every template of a region that carries the tag of any run. */
export async function taggedTemplates(
  region: string,
  cloud: Cloud,
): Promise<readonly (TaggedFis & { readonly description: string })[]> {
  const { ListExperimentTemplatesCommand } = await import('@aws-sdk/client-fis');
  const client = await cloud.fis(region);
  const all = await allPages(async (token) => {
    const page = { maxResults: 100, ...(token === undefined ? {} : { nextToken: token }) };
    const answer = await client.send(new ListExperimentTemplatesCommand(page));
    return { items: answer.experimentTemplates ?? [], next: answer.nextToken };
  });
  return all
    .map(({ id = '', tags = {}, description = '' }) => ({ id, tags, description }))
    .filter(({ tags }) => RUN_TAG in tags);
}

/** A run's tags in the form that FIS takes. */
export function fisTags(creation: Creation): Record<string, string> {
  return Object.fromEntries(creationTags(creation).map(({ Key, Value }) => [Key, Value]));
}

async function create(write: Write, { cloud, permit, run, expiresAt, undoTags }: WriteContext): Promise<string> {
  const { region, id: handle } = write.resource;
  const { CreateExperimentTemplateCommand } = await import('@aws-sdk/client-fis');
  const client = await cloud.fis(region);
  const command = new CreateExperimentTemplateCommand({
    ...templateOf(write.after),
    clientToken: `${run}-${handle}`.slice(0, 64),
    tags: fisTags({ run, handle, expiresAt, undoTags }),
  });
  const answer = await client.send(permit.for(command));
  const id = answer.experimentTemplate?.id;
  if (id === undefined)
    throw new KongError('AWS_SERVICE', `CreateExperimentTemplate in ${region} answered without an id`);
  return id;
}

async function remove(write: Write, context: WriteContext): Promise<void> {
  const { region, id: handle } = write.resource;
  const { DeleteExperimentTemplateCommand } = await import('@aws-sdk/client-fis');
  const client = await context.cloud.fis(region);
  for (const { id } of (await ownTemplates(region, context)).filter((one) => one.handle === handle)) {
    await client.send(context.permit.for(new DeleteExperimentTemplateCommand({ id })));
  }
}

/**
 * The template that a change's value stands for.
 * @throws KongError BAD_PLAN where it is none
 */
export function templateOf(value: Json): FisTemplate {
  const read = fisTemplateSchema.safeParse(value);
  if (read.success) return read.data;
  throw new KongError('BAD_PLAN', `no template of AWS FIS: ${JSON.stringify(value).slice(0, 200)}`);
}
