import { actOnPicked } from './act-on-picked.js';
import { commandable } from './agents.js';
import type { Fault } from './fault.js';
import { textOf } from './params.js';
import { INSTALL } from './stress.js';

const PARAMS = {
  process: {
    kind: 'text',
    pattern: String.raw`[\w.+@-]{1,64}`,
    example: 'nginx',
    means: 'the name of the process, as `killall` has it',
  },
  signal: {
    kind: 'choice',
    of: ['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGABRT'],
    default: 'SIGTERM',
    means: 'by which signal',
  },
  install: INSTALL,
} as const;

/** Kills a process inside instances: is it started again, and by whom? */
export const instanceKillProcess: Fault = {
  name: 'instance-kill-process',
  title: 'A process is killed',
  does: 'Kills every process of a name on the drawn instances, one instance after the other.',
  fidelity: [
    'a process in a container has to be killed by the name that the host sees',
    'whether it comes back is up to what supervises it: kong has no undo for it',
    'Linux alone, with an agent that runs as root',
  ].join('; '),
  scopes: ['instance'],
  params: PARAMS,
  attributes: [],
  irreversible: ['process.kill'],
  needs: ['agents'],
  changes: (asked) => {
    const { request, leftAlone } = commandable(asked);
    const process = textOf(PARAMS, 'process', request.params);
    const signal = textOf(PARAMS, 'signal', request.params);
    const memo = { process, signal, install: textOf(PARAMS, 'install', request.params) };
    const made = actOnPicked(
      request,
      'process.kill',
      ({ id, group }) => `what ${process} was doing on ${id}${group ? ` of group ${group}` : ''}, by ${signal}`,
    );
    return {
      changes: made.changes.map((change) => ({ ...change, memo })),
      leftAlone: [...made.leftAlone, ...leftAlone],
    };
  },
};
