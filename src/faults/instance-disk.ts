import type { Fault } from './fault.js';
import { numberOf, textOf } from './params.js';
import { BY_COMMAND, INSTALL, STRESS_FIDELITY, stressPicked } from './stress.js';

const PARAMS = {
  percent: { kind: 'percent', min: 1, max: 100, default: 95, means: 'how full the root disk is made' },
  install: INSTALL,
} as const;

/** Fills the root disk of instances, as logs that nobody rotates do. */
export const instanceDisk: Fault = {
  name: 'instance-disk',
  title: 'Instances run out of disk',
  does: 'Fills the root disk of the drawn instances up to a share, by a command of Systems Manager.',
  fidelity: [
    'an agent on a full disk may not be able to stop, nor to say that it did: leave it some, or be ready to wait',
    'an instance that stops meanwhile keeps the file that fills its disk',
    'in the simulated world only a disk that is full makes requests fail, one in five',
    ...STRESS_FIDELITY,
  ].join('; '),
  ...BY_COMMAND,
  params: PARAMS,
  changes: (request) =>
    stressPicked(request, {
      fault: 'instance-disk',
      document: 'AWSFIS-Run-Disk-Fill',
      parameters: {
        Percent: String(numberOf(PARAMS, 'percent', request.params)),
        InstallDependencies: textOf(PARAMS, 'install', request.params),
      },
    }),
};
