import type {
  CreateExperimentTemplateCommandInput,
  CreateExperimentTemplateCommandOutput,
  DeleteExperimentTemplateCommandInput,
  DeleteExperimentTemplateCommandOutput,
  GetExperimentCommandInput,
  GetExperimentCommandOutput,
  GetExperimentTemplateCommandInput,
  GetExperimentTemplateCommandOutput,
  ListExperimentsCommandInput,
  ListExperimentsCommandOutput,
  ListExperimentTemplatesCommandInput,
  ListExperimentTemplatesCommandOutput,
  StartExperimentCommandInput,
  StartExperimentCommandOutput,
  StopExperimentCommandInput,
  StopExperimentCommandOutput,
} from '@aws-sdk/client-fis';
import { AwsFault } from '../aws-fault.js';
import type { FisExperimentRow, FisRunning, FisTemplateRow } from '../fis-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf, type PageRequest } from '../page.js';
import { planFrom } from './plan-input.js';
import { isActive, stopExperiment } from './run.js';
import { summaryOf, toExperiment, toTemplate } from './views.js';

const MOST_TAGS = 50;
const MOST_RESULTS = 100;
const MOST_ACTIVE = 5;
/** From the call to when the targets are chosen. */
const INITIATE_MS = 2_000;
const WAITING: FisRunning = { status: 'pending', reason: null, startedMs: null, endsMs: null, undo: null };

/**
 * The Fault Injection Service, as far as its actions have an effect in this world.
 * @see https://docs.aws.amazon.com/fis/latest/APIReference/Welcome.html
 */
export const fisOperations = {
  CreateExperimentTemplateCommand(
    input: CreateExperimentTemplateCommandInput,
    { sim, region }: CallContext,
  ): Answer<CreateExperimentTemplateCommandOutput> {
    const plan = planFrom(input);
    const made = byToken(sim.store.fisTemplates.all(), region, input.clientToken);
    if (made) return { experimentTemplate: toTemplate(made) };
    const row: FisTemplateRow = {
      id: `EXT${sim.ids.nextUuid().replaceAll('-', '').slice(0, 15)}`,
      region,
      description: input.description ?? '',
      plan,
      tags: checkedTags(input.tags),
      token: input.clientToken ?? null,
      createdMs: sim.nowMs,
    };
    sim.store.fisTemplates.put(row, sim.seenFromMs());
    return { experimentTemplate: toTemplate(row) };
  },

  GetExperimentTemplateCommand(
    input: GetExperimentTemplateCommandInput,
    context: CallContext,
  ): Answer<GetExperimentTemplateCommandOutput> {
    return { experimentTemplate: toTemplate(templateOf(input.id, context)) };
  },

  ListExperimentTemplatesCommand(
    input: ListExperimentTemplatesCommandInput,
    context: CallContext,
  ): Answer<ListExperimentTemplatesCommandOutput> {
    const { sim, region } = context;
    const here = sim.store.fisTemplates.seen(sim.nowMs).filter((row) => row.region === region);
    const { items, next } = pageOf(here, fisPage(input, context));
    const experimentTemplates = items.map(({ id, description, createdMs, tags }) => {
      const creationTime = new Date(createdMs);
      return { id, description, creationTime, lastUpdateTime: creationTime, tags };
    });
    return { experimentTemplates, ...nextToken(next) };
  },

  DeleteExperimentTemplateCommand(
    input: DeleteExperimentTemplateCommandInput,
    context: CallContext,
  ): Answer<DeleteExperimentTemplateCommandOutput> {
    const row = templateOf(input.id, context);
    context.sim.store.fisTemplates.remove(row.id, context.sim.seenFromMs());
    return { experimentTemplate: toTemplate(row) };
  },

  StartExperimentCommand(
    input: StartExperimentCommandInput & ExperimentOptions,
    context: CallContext,
  ): Answer<StartExperimentCommandOutput> {
    const { sim, region } = context;
    const made = byToken(sim.store.fisExperiments.all(), region, input.clientToken);
    if (made) return { experiment: toExperiment(made) };
    const { plan, id: template } = templateOf(input.experimentTemplateId, context);
    const active = [...sim.store.fisExperiments.all()].filter((row) => row.region === region && isActive(row));
    if (active.length >= MOST_ACTIVE)
      throw new AwsFault('ServiceQuotaExceededException', `At most ${MOST_ACTIVE} active experiments`, 402);
    const row: FisExperimentRow = {
      id: `EXP${sim.ids.nextUuid().replaceAll('-', '').slice(0, 15)}`,
      region,
      template,
      plan,
      preview: sim.behaviour.fisPreviews && input.experimentOptions?.actionsMode === 'skip-all',
      status: 'initiating',
      reason: 'Experiment is initiating.',
      chosen: {},
      actions: Object.fromEntries(Object.keys(plan.actions).map((name) => [name, WAITING])),
      tags: checkedTags(input.tags),
      token: input.clientToken ?? null,
      createdMs: sim.nowMs,
      startedMs: null,
      endedMs: null,
      dueMs: sim.nowMs + INITIATE_MS,
    };
    sim.store.fisExperiments.put(row);
    return { experiment: toExperiment(row) };
  },

  GetExperimentCommand(input: GetExperimentCommandInput, context: CallContext): Answer<GetExperimentCommandOutput> {
    return { experiment: toExperiment(experimentOf(input.id, context)) };
  },

  ListExperimentsCommand(
    input: ListExperimentsCommandInput,
    context: CallContext,
  ): Answer<ListExperimentsCommandOutput> {
    const { sim, region } = context;
    const here = [...sim.store.fisExperiments.all()].filter((row) => row.region === region).reverse();
    const { items, next } = pageOf(here, fisPage(input, context));
    return { experiments: items.map(summaryOf), ...nextToken(next) };
  },

  StopExperimentCommand(input: StopExperimentCommandInput, context: CallContext): Answer<StopExperimentCommandOutput> {
    const row = experimentOf(input.id, context);
    if (!isActive(row)) throw new AwsFault('ValidationException', `The experiment ${row.id} is ${row.status}`);
    return { experiment: toExperiment(stopExperiment(context.sim, row, 'Experiment stopped by user.')) };
  },
} satisfies Operations;

/** What Amazon takes and the client's types, which are older, do not have. */
interface ExperimentOptions {
  readonly experimentOptions?: { readonly actionsMode?: string };
}

interface Tokened {
  readonly region: string;
  readonly token: string | null;
}

/** What the same client token made before. */
function byToken<R extends Tokened>(rows: Iterable<R>, region: string, token: string | undefined): R | undefined {
  return token === undefined ? undefined : [...rows].find((row) => row.region === region && row.token === token);
}

function checkedTags(tags: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  if (Object.keys(tags ?? {}).length > MOST_TAGS)
    throw new AwsFault('ValidationException', `At most ${MOST_TAGS} tags`);
  return { ...tags };
}

function templateOf(id: string | undefined, { sim, region }: CallContext): FisTemplateRow {
  const row = sim.store.fisTemplates.get(id ?? '');
  if (row?.region !== region) throw absent('experiment template', id);
  return row;
}

function experimentOf(id: string | undefined, { sim, region }: CallContext): FisExperimentRow {
  const row = sim.store.fisExperiments.get(id ?? '');
  if (row?.region !== region) throw absent('experiment', id);
  return row;
}

function absent(what: string, id: string | undefined): AwsFault {
  return new AwsFault('ResourceNotFoundException', `There is no ${what} ${id ?? ''}`, 404);
}

interface PagedInput {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

function fisPage({ nextToken: token, maxResults }: PagedInput, { sim }: CallContext): PageRequest {
  const max = Math.min(maxResults ?? MOST_RESULTS, MOST_RESULTS);
  return { token, max, pageSize: sim.behaviour.pageSize, badToken: 'ValidationException' };
}

function nextToken(next: string | undefined): { nextToken?: string } {
  return next === undefined ? {} : { nextToken: next };
}
