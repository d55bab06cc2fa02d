import type { Fault } from './fault.js';
import { numberOf, textOf } from './params.js';
import { BY_COMMAND, INSTALL, STRESS_FIDELITY, stressPicked } from './stress.js';

const PARAMS = {
  percent: { kind: 'percent', min: 1, max: 100, default: 80, means: 'how much of the memory is held' },
  workers: { kind: 'whole', min: 1, max: 128, default: 1, means: 'how many processes hold it' },
  install: INSTALL,
} as const;

/** Holds the memory of instances, as a leak does. */
export const instanceMemory: Fault = {
  name: 'instance-memory',
  title: 'Instances are short of memory',
  does: 'Holds a share of the memory of the drawn instances, by a command of Systems Manager.',
  fidelity: [
    'where memory runs out, the system may end any process, the service among them: nothing here starts it again',
    'in the simulated world metrics see it, and requests do not',
    ...STRESS_FIDELITY,
  ].join('; '),
  ...BY_COMMAND,
  params: PARAMS,
  changes: (request) =>
    stressPicked(request, {
      fault: 'instance-memory',
      document: 'AWSFIS-Run-Memory-Stress',
      parameters: {
        Percent: String(numberOf(PARAMS, 'percent', request.params)),
        Workers: String(numberOf(PARAMS, 'workers', request.params)),
        InstallDependencies: textOf(PARAMS, 'install', request.params),
      },
    }),
};
