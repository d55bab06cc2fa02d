import type { Fault } from './fault.js';
import { numberOf, textOf } from './params.js';
import { BY_COMMAND, INSTALL, STRESS_FIDELITY, stressPicked } from './stress.js';

const PARAMS = {
  percent: { kind: 'percent', min: 1, max: 100, default: 100, means: 'how busy each of those cores is kept' },
  cores: { kind: 'whole', min: 0, max: 1_024, default: 0, means: 'how many cores are kept busy; 0: all' },
  install: INSTALL,
} as const;

/** Keeps the cores of instances busy with something else, as when a neighbour on the host runs away. */
export const instanceCpu: Fault = {
  name: 'instance-cpu',
  title: 'Instances are short of CPU',
  does: 'Keeps the cores of the drawn instances busy, by a command of Systems Manager.',
  fidelity: [
    'the scheduler shares each core fairly: a service is left its share, not nothing',
    ...STRESS_FIDELITY,
  ].join('; '),
  ...BY_COMMAND,
  params: PARAMS,
  changes: (request) =>
    stressPicked(request, {
      fault: 'instance-cpu',
      document: 'AWSFIS-Run-CPU-Stress',
      parameters: {
        CPU: String(numberOf(PARAMS, 'cores', request.params)),
        LoadPercent: String(numberOf(PARAMS, 'percent', request.params)),
        InstallDependencies: textOf(PARAMS, 'install', request.params),
      },
    }),
};
