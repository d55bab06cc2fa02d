import { leftBehind, unfinishedRuns } from '../../drill/runs.js';
import { Cancelled, KongError } from '../../model/errors.js';
import type { Files } from '../../model/ports.js';
import type { CommonOptions } from '../options.js';
import { jsonText } from '../../report/json.js';
import { worldJson, worldText } from '../../report/world-text.js';
import { colourFor } from '../render.js';
import { endpointOf } from '../settings.js';
import {
  isLoopback,
  lookAtWorld,
  openWireWorld,
  readWorld,
  thisOutside,
  worldSource,
  type Outside,
  type WireWorld,
} from '../wire.js';
import { worldView } from '../world-view.js';

interface WorldOptions extends CommonOptions {
  readonly once?: boolean;
}

/** `kong world show|up|status|down`: a world as its file says, in an emulator, or simulated. */
export async function world(action: string, options: WorldOptions): Promise<number> {
  const outside = thisOutside(options);
  if (action === 'show') return show(options, outside);
  const endpoint = endpointOf(options, outside);
  if (endpoint === undefined) return simulated(action, options, outside);
  if (!isLoopback(endpoint)) {
    throw new KongError(
      'BAD_ARGUMENT',
      `${endpoint} is not on this machine, and a world is only ever put into an emulator that is`,
      { fix: 'start an emulator here and pass --endpoint-url http://127.0.0.1:PORT' },
    );
  }
  const there = await openWireWorld(endpoint, readWorld(worldSource(options, outside)));
  switch (action) {
    case 'up':
      return up(there, endpoint, options, outside);
    case 'status':
      return status(there, endpoint, options, outside);
    case 'down':
      return down(there, endpoint, outside);
  }
  throw unknownAction(action);
}

/** Draws a world when a drill would begin; needs no cloud, and keeps nothing. */
async function show(options: WorldOptions, outside: Outside): Promise<number> {
  const world = readWorld(worldSource(options, outside));
  const view = worldView(world, await lookAtWorld(world, options, outside));
  const colour = colourFor('stdout', options, outside);
  outside.terminal.out(options.format === 'json' ? worldJson(view) : worldText(view, { colour }));
  return 0;
}

async function up(there: WireWorld, endpoint: string, options: WorldOptions, outside: Outside): Promise<number> {
  const { terminal } = outside;
  const say = (message: string): void => {
    if (options.quiet !== true) terminal.err(`${message}\n`);
  };
  const stop = new AbortController();
  const forget = outside.onStopSignals(() => stop.abort());
  try {
    say(`putting the world into ${endpoint}`);
    for (const lacking of await there.seed()) say(lacking);
    say('writing the metrics of the last minutes');
    const traffic = await there.traffic({ seed: options.seed, onPeriod: say, signal: stop.signal });
    terminal.out(`the world is up in ${endpoint}: ${traffic.summary()}\n`);
    if (options.once === true) return 0;
    say('sending traffic; Ctrl-C ends it, the world stays: kong world down takes it away');
    await traffic.run();
    return 0;
  } catch (error) {
    if (error instanceof Cancelled) return 0;
    throw error;
  } finally {
    forget();
  }
}

async function status(
  there: WireWorld,
  endpoint: string,
  options: WorldOptions,
  { terminal }: Outside,
): Promise<number> {
  const infra = await there.infra();
  if (options.format === 'json') {
    terminal.out(
      jsonText({ schema: 'kong/world-status/v1', endpoint, regions: infra.regions, answers: infra.answers }),
    );
    return 0;
  }
  for (const { region, groups } of infra.regions) {
    terminal.out(`${region}\n`);
    for (const { name, zones } of groups) {
      terminal.out(
        `  ${name.padEnd(12)} ${zones.map((zone) => `${zone.zone} ${zone.serving}/${zone.total}`).join('  ')}\n`,
      );
    }
  }
  for (const { domain, region, weight } of infra.answers) terminal.out(`${domain} → ${region} weight ${weight}\n`);
  return 0;
}

async function down(there: WireWorld, endpoint: string, { terminal }: Outside): Promise<number> {
  const trouble = await there.tearDown();
  trouble.forEach((line) => terminal.err(`could not be deleted: ${line}\n`));
  terminal.out(`the world is gone from ${endpoint}\n`);
  return trouble.length === 0 ? 0 : 5;
}

/** The simulated world lives in a file between runs. */
function simulated(action: string, options: WorldOptions, { files, terminal }: Outside): number {
  const folder = `${options.state}/world`;
  switch (action) {
    case 'up':
      throw new KongError('BAD_ARGUMENT', 'the simulated world needs no `up`: every drill brings its own', {
        fix: 'just run `kong drill us-east-1`, or name an emulator with --endpoint-url',
      });
    case 'status':
      terminal.out(
        files.list(folder).length > 0
          ? `the simulated world of the last run is kept in ${folder}\n`
          : `no simulated world is kept in ${options.state}: the next drill begins with a new one\n`,
      );
      return 0;
    case 'down':
      assertNothingLost(options, files);
      files.remove(folder);
      terminal.out('the simulated world is forgotten: the next drill begins with a new one\n');
      return 0;
  }
  throw unknownAction(action);
}

/** A killed drill's changes are in that world, and only `kong rollback` takes them back. */
function assertNothingLost({ state }: CommonOptions, files: Files): void {
  const open = unfinishedRuns(state, files).find(({ begin }) => begin.on === 'sim');
  if (!open) return;
  throw new KongError('UNFINISHED_RUN', `run ${open.run} ${leftBehind(open)} in this world`, {
    fix: `kong rollback ${open.run}`,
  });
}

function unknownAction(action: string): KongError {
  return new KongError('BAD_ARGUMENT', `kong world has no ${action}`, {
    fix: 'kong world show, kong world up, kong world status or kong world down',
  });
}
