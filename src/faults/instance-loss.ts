import type { Fault } from './fault.js';
import { NETWORK_FIDELITY, WHERE } from './network-params.js';
import { numberOf, textOf } from './params.js';
import { BY_COMMAND, INSTALL, STRESS_FIDELITY, stressPicked } from './stress.js';

const PARAMS = {
  // with more, the agent would not hear that it is to stop
  percent: { kind: 'percent', min: 1, max: 50, default: 7, means: 'how many of the packets are lost' },
  ...WHERE,
  install: INSTALL,
} as const;

/** Loses some of what instances send, as a bad cable or a full queue does. */
export const instanceLoss: Fault = {
  name: 'instance-loss',
  title: 'Instances lose packets',
  does: 'Loses a share of the packets that the drawn instances send, by a command of Systems Manager.',
  fidelity: [...NETWORK_FIDELITY, 'to lose all of them there is instance-isolate', ...STRESS_FIDELITY].join('; '),
  ...BY_COMMAND,
  params: PARAMS,
  changes: (request) =>
    stressPicked(request, {
      fault: 'instance-loss',
      document: 'AWSFIS-Run-Network-Packet-Loss-Sources',
      parameters: {
        LossPercent: String(numberOf(PARAMS, 'percent', request.params)),
        Sources: textOf(PARAMS, 'sources', request.params),
        Interface: textOf(PARAMS, 'interface', request.params),
        TrafficType: 'egress',
        InstallDependencies: textOf(PARAMS, 'install', request.params),
      },
    }),
};
