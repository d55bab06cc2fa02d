import { readEc2 } from '../../inventory/read-ec2.js';
import { KongError } from '../../model/errors.js';
import type { Plan } from '../../model/plan.js';
import { inheritingSubnets, statementsFor } from '../../plan/permissions.js';
import { policyNotes } from '../../plan/permissions-notes.js';
import { documentOf, split, type PolicyDocument, type Statement } from '../../plan/permissions-statements.js';
import { policyJson, policyLine, policyMarkdown, policyNotesText } from '../../report/policy-text.js';
import { readConfig, type Config } from '../config.js';
import { makePlan } from '../make-plan.js';
import type { CommonOptions } from '../options.js';
import { colourFor } from '../render.js';
import { optionsOfPlan, savedPlanAt } from '../saved-plan.js';
import { openSetting, type Setting } from '../settings.js';
import { resolveExperiment } from '../target.js';
import { thisOutside, type Outside } from '../wire.js';

/** The options of `kong policy`. */
export interface PolicyOptions extends CommonOptions {
  /** Which of several documents is printed, from 1 on, where one would be too long. */
  readonly part?: number;
}

/**
 * `kong policy TARGET…`: the least that IAM must permit for these drills, as one policy. Reads only. The document goes
 * to stdout alone, what to know of it to stderr.
 */
export async function policy(targets: readonly string[], options: PolicyOptions): Promise<number> {
  const outside = thisOutside(options);
  const config = readConfig(options.config, outside.files);
  const made = [];
  // one after the other: the simulated world is one
  for (const target of targets) made.push(await planned(target, options, { config, outside }));
  const statements = statementsFor({
    plans: made.map(({ plan }) => plan),
    optIn: config.optIn,
    inheriting: new Set(made.flatMap(({ inheriting }) => inheriting)),
    site: config.conditions,
    state: options.state,
  });
  outside.terminal.out(render(partOf(statements, options.part), options));
  if (options.quiet !== true) {
    const notes = policyNotes(statements, { optIn: config.optIn, on: options.on });
    outside.terminal.err(policyNotesText(notes, { colour: colourFor('stderr', options, outside) }));
  }
  return 0;
}

interface Around {
  readonly config: Config;
  readonly outside: Outside;
}

interface Planned {
  readonly plan: Plan;
  /** Subnets that may be touched by their VPC's tag alone. */
  readonly inheriting: readonly string[];
}

async function planned(target: string, asked: PolicyOptions, { config, outside }: Around): Promise<Planned> {
  const file = savedPlanAt(target);
  const options = file === undefined ? asked : optionsOfPlan(file, asked);
  const setting = await openSetting(options, config, outside);
  const plan = file?.plan ?? (await fresh(target, options, { setting, outside }));
  return { plan, inheriting: await inheritingOf(plan, config, setting) };
}

async function fresh(
  target: string,
  options: PolicyOptions,
  { setting, outside }: { readonly setting: Setting; readonly outside: Outside },
): Promise<Plan> {
  const { experiment } = await resolveExperiment(target, options, setting, outside);
  return makePlan(experiment, options.seed, setting);
}

/** A plan does not keep tags: they are read again where a policy depends on them. */
async function inheritingOf(plan: Plan, { optIn }: Config, { cloud }: Setting): Promise<readonly string[]> {
  const changes = plan.steps.flatMap(({ batches }) => batches.flat());
  const swaps = changes.filter(({ attribute }) => attribute === 'subnet.networkAcl');
  const regions = [...new Set(swaps.map(({ resource }) => resource.region))];
  const read = await Promise.all(regions.map((region) => readEc2(region, cloud)));
  return read.flatMap((one) => inheritingSubnets(one, optIn));
}

function partOf(statements: readonly Statement[], part: number | undefined): PolicyDocument {
  if (part === undefined) return documentOf(statements);
  const parts = split(statements);
  const document = parts[part - 1];
  if (document) return document;
  throw new KongError('BAD_ARGUMENT', `--part ${part}: the policy has ${parts.length}`, {
    fix: `--part 1${parts.length > 1 ? ` to ${parts.length}` : ', or none'}`,
  });
}

function render(document: PolicyDocument, { format }: PolicyOptions): string {
  switch (format) {
    case 'json':
    case 'text':
      return policyJson(document);
    case 'ndjson':
      return policyLine(document);
    case 'markdown':
      return policyMarkdown(document);
  }
}
