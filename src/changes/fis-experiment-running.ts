import type { Experiment, StartExperimentCommandInput } from '@aws-sdk/client-fis';
import type { Cloud } from '../aws/cloud.js';
import { isPreview, isShift } from '../experiment/fis-changes.js';
import { isActive, listExperiments } from '../inventory/read-fis.js';
import { isCreatedRef } from '../model/change.js';
import { KongError } from '../model/errors.js';
import type { Json } from '../model/json.js';
import type { ResourceRef } from '../model/resource.js';
import { HANDLE_TAG, RUN_TAG } from './creation-tags.js';
import {
  resolved,
  writeEach,
  type Attribute,
  type Driver,
  type ReadContext,
  type Relation,
  type Standing,
  type Write,
  type WriteContext,
} from './driver.js';
import { fisTags, type TaggedFis } from './fis-template-exists.js';
import { asPreview, isTakenForPreview, notAPreview, previewInput } from './fis-preview.js';

/**
 * Whether an experiment of AWS Fault Injection Service that this run started is under way: none, or the template that
 * it was started from. One that has ended is none: FIS has put back by then what its actions did.
 *
 * `resource.id` is a handle, unique in its run; the experiment is found by its tags. `memo.preview`: only its targets
 * are chosen. Undone by stopping it, and waiting until FIS is done with putting back.
 * @see https://docs.aws.amazon.com/fis/latest/userguide/stop-experiment.html
 */
export const fisExperimentRunning: Driver = {
  attribute: 'fisExperiment.running',
  role: 'cut',
  // traffic comes back to what is whole again
  roleFor: (memo) => (isShift(memo) ? 'traffic' : 'cut'),
  gone: 'fine',
  callsPerSecond: 5,
  // an instance that FIS stopped must have stopped before it can be started again
  arrivesSeconds: 60,
  batchSize: 1,
  callsFor: (changes) => changes,
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => resource.id,
  relate,

  async readMany(resources, context) {
    const read = await readOwn(resources, context);
    return new Map(
      resources.map(({ id }) => {
        const active = read.filter(({ handle, status }) => handle === id && isActive(status));
        return [id, valueOf(active)] as const;
      }),
    );
  },

  async standingOf(resources, context) {
    const read = await readOwn(resources, context);
    return new Map(
      resources.map(({ id }) => [id, standingOf(read.filter(({ handle }) => handle === id).at(-1))] as const),
    );
  },

  write: (batch, context) =>
    writeEach(batch, (write) => (write.to === 'after' ? start(write, context) : stop(write, context))),
};

/** An experiment that this run started. */
interface Own {
  readonly id: string;
  readonly handle: string;
  readonly template: string;
  readonly status: string;
  readonly reason: string;
  readonly createdMs: number;
  /** Whether FIS says that it only chooses its targets; a list does not say. */
  readonly preview: boolean;
  /** Names of its stop conditions' alarms; a list does not say. */
  readonly alarms: readonly string[];
}

/** Whether an alarm of its own ended it: https://docs.aws.amazon.com/fis/latest/userguide/stop-conditions.html */
function isHalted({ reason }: Pick<Own, 'reason'>): boolean {
  return /stop condition/i.test(reason);
}

function valueOf(active: readonly Own[]): Json {
  const stopping = active.find(({ status }) => status === 'stopping');
  const [first] = active.filter(({ status }) => status !== 'stopping');
  if (first) return first.template;
  return stopping ? { stopping: stopping.template } : null;
}

function relate({ ours }: Attribute, current: Json): Relation {
  if (current === null) return 'before';
  if (typeof current !== 'string') return 'moving';
  // the answer that tells the template's id may have been lost: the tags say whose it is
  return ours.some((value) => value === current || isCreatedRef(value)) ? 'after' : 'foreign';
}

function standingOf(own: Own | undefined): Standing {
  if (!own) return { kind: 'beginning' };
  const said = `AWS FIS experiment ${own.id} ${own.status}: ${own.reason || 'no reason given'}`;
  switch (own.status) {
    case 'running':
      return { kind: 'going' };
    case 'completed':
      return { kind: 'over', why: said };
    case 'stopping':
    case 'stopped':
    case 'failed':
    case 'cancelled':
      return { kind: 'broken', why: said, ...(isHalted(own) ? { alarms: own.alarms } : {}) };
    default:
      return { kind: 'beginning' };
  }
}

async function readOwn(resources: readonly ResourceRef[], context: ReadContext): Promise<readonly Own[]> {
  const regions = [...new Set(resources.map(({ region }) => region))];
  return (await Promise.all(regions.map((region) => ownExperiments(region, context)))).flat();
}

/**
 * The experiments of a region that this run started, oldest first. What a list says lags behind: each that it does not
 * say to be over, or that an alarm ended, is asked for by itself.
 */
async function ownExperiments(region: string, { cloud, run }: ReadContext): Promise<readonly Own[]> {
  const listed = (await taggedExperiments(region, cloud)).filter(({ tags }) => tags[RUN_TAG] === run);
  const { GetExperimentCommand } = await import('@aws-sdk/client-fis');
  const client = await cloud.fis(region);
  const read = await Promise.all(
    listed.map(async ({ id, tags, summary }) => {
      const now = isActive(summary.status) || isHalted(summary)
        ? viewOf((await client.send(new GetExperimentCommand({ id }))).experiment ?? {})
        : summary;
      return { ...now, id, handle: tags[HANDLE_TAG] ?? '' };
    }),
  );
  return [...read].sort((a, b) => a.createdMs - b.createdMs);
}

type View = Omit<Own, 'id' | 'handle'>;

/** Every experiment of a region that carries the tag of any run. */
export async function taggedExperiments(
  region: string,
  cloud: Cloud,
): Promise<readonly (TaggedFis & { readonly summary: View })[]> {
  return (await listExperiments(region, cloud))
    .map((one) => ({ id: one.id ?? '', tags: one.tags ?? {}, summary: viewOf(one) }))
    .filter(({ tags }) => RUN_TAG in tags);
}

function viewOf(of: Experiment): View {
  return {
    template: of.experimentTemplateId ?? '',
    status: of.state?.status ?? '',
    reason: of.state?.reason ?? '',
    createdMs: of.creationTime?.getTime() ?? 0,
    preview: isTakenForPreview(of),
    alarms: (of.stopConditions ?? []).flatMap(({ value }) => value?.split(':alarm:')[1] ?? []),
  };
}

/** What was there before counts into the token: the same experiment may be run again by a later step. */
async function start(write: Write, context: WriteContext): Promise<void> {
  const { region, id: handle } = write.resource;
  const { cloud, permit, run, expiresAt, created } = context;
  const own = (await ownExperiments(region, context)).filter((one) => one.handle === handle);
  const active = own.filter(({ status }) => isActive(status));
  if (active.length > 0) return onlyPreviews(write, active, context);
  const template = resolved(write.after, created);
  if (typeof template !== 'string')
    throw new KongError('BAD_PLAN', `an experiment needs its template, not ${JSON.stringify(template)}`);
  const { StartExperimentCommand } = await import('@aws-sdk/client-fis');
  const client = await cloud.fis(region);
  const input: StartExperimentCommandInput = {
    experimentTemplateId: template,
    clientToken: `${run}-${handle}-${own.length}`.slice(0, 64),
    tags: fisTags({ run, handle, expiresAt }),
  };
  const command = isPreview(write.memo)
    ? asPreview(new StartExperimentCommand(previewInput(input)))
    : new StartExperimentCommand(input);
  const { experiment = {} } = await client.send(permit.for(command));
  await onlyPreviews(write, [{ ...viewOf(experiment), id: experiment.id ?? '' }], context);
}

/**
 * A preview that is none would break things before anybody agreed to that: it is stopped at once. FIS takes seconds to
 * begin, so mostly nothing has happened by then.
 */
async function onlyPreviews(
  { memo, resource: { region } }: Write,
  begun: readonly Pick<Own, 'id' | 'status' | 'preview'>[],
  context: WriteContext,
): Promise<void> {
  const [real] = isPreview(memo) ? begun.filter(({ preview }) => !preview) : [];
  if (!real) return;
  await stopThese(begun, region, context);
  throw notAPreview(real.id, region);
}

async function stop(write: Write, context: WriteContext): Promise<void> {
  const { region, id: handle } = write.resource;
  const own = await ownExperiments(region, context);
  await stopThese(own.filter((one) => one.handle === handle), region, context);
}

async function stopThese(
  some: readonly Pick<Own, 'id' | 'status'>[],
  region: string,
  { cloud, permit }: WriteContext,
): Promise<void> {
  const { StopExperimentCommand } = await import('@aws-sdk/client-fis');
  const client = await cloud.fis(region);
  for (const { id, status } of some) {
    if (!isActive(status) || status === 'stopping') continue;
    await client.send(permit.for(new StopExperimentCommand({ id })));
  }
}
