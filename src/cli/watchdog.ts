import type { LockPorts } from '../drill/lock.js';
import { Watchdog } from '../drill/watchdog.js';
import type { Setting } from './settings.js';
import type { WatchdogOptions } from './watchdog-options.js';
import type { Outside } from './wire.js';

/** This process, as a holder of locks. */
export function lockPortsOf({ files, machine, wallClock }: Outside): LockPorts {
  return { files, clock: wallClock, host: machine.host, pid: machine.pid, isAlive: machine.isAlive };
}

/** The process that watches over a run, still to be started; undefined where it was not asked for. */
export function watchdogFor(
  run: string,
  options: WatchdogOptions,
  { setting, outside }: { readonly setting: Setting; readonly outside: Outside },
): Watchdog | undefined {
  if (options.watchdog !== true) return undefined;
  const { state, after, config, profile } = options;
  const { on } = setting.environment;
  // the state may be there even where the drill is not
  const endpoint = setting.environment.endpoint ?? options.endpointUrl;
  const args = ['--state', state, '--config', config, '--after', `${after}ms`, '--on', on, '--quiet'];
  if (endpoint !== undefined) args.push('--endpoint-url', endpoint);
  if (profile !== undefined) args.push('--profile', profile);
  return new Watchdog({
    state,
    run,
    afterMs: after,
    ports: lockPortsOf(outside),
    launch: () => outside.startDetached([`${outside.machine.packageRoot}/bin/kong.js`, 'watch-over', run, ...args]),
  });
}
