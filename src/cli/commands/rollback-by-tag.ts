import { recoverByTags, type TagReport } from '../../drill/by-tag.js';
import { repairOf, type TagRepair } from '../../drill/by-tag-repair.js';
import { findTaggedRuns, isAbandoned, type TaggedRun, type TagSearch } from '../../drill/by-tag-search.js';
import { storedRuns } from '../../drill/runs.js';
import { KongError } from '../../model/errors.js';
import { byTagJson, byTagText, repairText, type LeftAlone } from '../../report/by-tag-text.js';
import { createView } from '../../report/live.js';
import type { RollbackOptions } from '../by-tag-options.js';
import { readConfig } from '../config.js';
import { liveHolder, stillGoing } from '../live-run.js';
import { colourFor } from '../render.js';
import { openSetting, type Setting } from '../settings.js';
import { thisOutside, type Outside } from '../wire.js';

/**
 * `kong rollback --by-tag`: finds what runs created by its tags, and puts back what those tell. Exit 0 where nothing
 * that it knows of is changed any more, 4 with the list where something is, 5 where a region could not be read.
 */
export async function rollbackByTag(name: string | undefined, options: RollbackOptions): Promise<number> {
  const outside = thisOutside(options);
  const setting = await openSetting(options, readConfig(options.config, outside.files), outside, true);
  const around = { options, outside, setting };
  const regions = regionsOf(around);
  const search = await findTaggedRuns(regions, setting.cloud);
  const { chosen, leftAlone } = choose(name, search, { ...around, regions });
  if (chosen.length > 0) await confirm(chosen, around);
  const reports: TagReport[] = [];
  // newest first: what two runs touched goes back through the later one's values
  for (const found of [...chosen].reverse()) reports.push(await rollBackOne(found, { ...around, regions }));
  const told = { reports, leftAlone, strange: search.strange, unread: search.unread, regions };
  outside.terminal.out(
    options.format === 'json' ? byTagJson(told) : byTagText(told, { colour: colourFor('stdout', options, outside) }),
  );
  if (reports.some(isUnfinished)) return 4;
  return search.unread.length > 0 ? 5 : 0;
}

interface Around {
  readonly options: RollbackOptions;
  readonly outside: Outside;
  readonly setting: Setting;
}

interface AroundRegions extends Around {
  readonly regions: readonly string[];
}

function isUnfinished({ remaining, suspects, leftOut }: TagReport): boolean {
  return remaining.length > 0 || suspects.length > 0 || leftOut.length > 0;
}

/** Where to look. */
function regionsOf({ options, setting }: Around): readonly string[] {
  const regions = options.regions ?? setting.regions;
  if (regions.length > 0) return regions;
  throw new KongError('BAD_ARGUMENT', 'it is not said in which regions to look', {
    fix: '--regions us-east-1,us-west-2, or name them under aws.regions in kong.yaml',
  });
}

interface Chosen {
  readonly chosen: readonly TaggedRun[];
  readonly leftAlone: readonly LeftAlone[];
}

/** The run that was named; without a name those that are over: abandoned, or known to this state and not alive. */
function choose(name: string | undefined, { runs }: TagSearch, around: AroundRegions): Chosen {
  const { options, outside, setting, regions } = around;
  const { on, endpoint, account } = setting.environment;
  const holderOf = ({ run }: TaggedRun): ReturnType<typeof liveHolder> =>
    liveHolder(run, { on, endpoint: endpoint ?? null, account, regions }, options, outside);
  if (name !== undefined) {
    const named = runs.find(({ run }) => run === name);
    if (!named) throw unknownRun(name, runs, regions);
    const alive = holderOf(named);
    if (alive) throw stillGoing(alive);
    return { chosen: [named], leftAlone: [] };
  }
  const known = new Set(storedRuns(options.state, outside.files).map(({ run }) => run));
  const nowMs = setting.clock.now();
  const isOver = (found: TaggedRun): boolean =>
    holderOf(found) === undefined && (known.has(found.run) || isAbandoned(found, nowMs, options.olderThan));
  const chosen = runs.filter(isOver);
  return { chosen, leftAlone: runs.filter((found) => !chosen.includes(found)).map(leftAloneOf) };
}

function leftAloneOf({ run, expiresAtMs }: TaggedRun): LeftAlone {
  return { run, expiresAt: expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString() };
}

function unknownRun(name: string, runs: readonly TaggedRun[], regions: readonly string[]): KongError {
  const others = runs.map(({ run }) => run).join(', ');
  return new KongError('UNKNOWN_RUN', `nothing carries the tag of run ${name} in ${regions.join(', ')}`, {
    fix: others === '' ? 'check --regions; nothing else of kong carries a tag there' : `these do: ${others}`,
  });
}

/** Tags are no journal: on Amazon a person sees what they tell, and types where it is to be done. */
async function confirm(chosen: readonly TaggedRun[], { options, outside, setting }: Around): Promise<void> {
  const { environment, cloud } = setting;
  const { terminal } = outside;
  if (!environment.amazon || options.yes === true) return;
  const repairs: TagRepair[] = [];
  for (const found of chosen) repairs.push(await repairOf(found, cloud));
  terminal.err(repairText(repairs, { colour: colourFor('stderr', options, outside) }));
  if (!terminal.stdinIsTty) {
    const what = `a rollback by tags on ${environment.where} has to be confirmed, and there is no terminal`;
    throw new KongError('NOT_CONFIRMED', what, { fix: 'pass --yes' });
  }
  const typed = await terminal.ask(`This puts back what is listed. Type ${environment.account} to go on: `);
  if (typed.trim() !== environment.account)
    throw new KongError('NOT_CONFIRMED', "the account's number was not typed: nothing was changed");
}

async function rollBackOne(
  found: TaggedRun,
  { options, outside, setting, regions }: AroundRegions,
): Promise<TagReport> {
  const { cloud, switches, clock, environment } = setting;
  const { on, where, endpoint, account } = environment;
  const view = createView({
    stream: outside.terminal.stderr,
    colour: colourFor('stderr', options, outside),
    quiet: options.quiet === true,
    verbose: options.verbose === true,
    clock: () => outside.wallClock.now(),
  });
  try {
    return await recoverByTags(await repairOf(found, cloud), {
      state: options.state,
      cloud,
      switches,
      clock,
      files: outside.files,
      emit: (event) => view.event({ at: new Date(clock.now()).toISOString(), ...event }),
      begin: { on, where, endpoint: endpoint ?? null, account, regions },
    });
  } finally {
    view.close();
  }
}
