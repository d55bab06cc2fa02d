import type { Fault } from './fault.js';
import { NETWORK_FIDELITY, WHERE } from './network-params.js';
import { numberOf, textOf } from './params.js';
import { BY_COMMAND, INSTALL, STRESS_FIDELITY, stressPicked } from './stress.js';

/** Later than that, the agent itself can hardly be told to stop. */
const MOST_DELAY_MS = 5_000;

/** The parameters of a delay, which other faults share. */
export const DELAY = {
  delay: { kind: 'duration', min: 1, max: MOST_DELAY_MS, default: 200, means: 'how much later a packet leaves' },
  jitter: { kind: 'duration', min: 0, max: MOST_DELAY_MS, default: 10, means: 'by how much that varies' },
} as const;

const PARAMS = { ...DELAY, ...WHERE, install: INSTALL } as const;

/** Makes what instances send come later, to all or to what they depend on. */
export const instanceLatency: Fault = {
  name: 'instance-latency',
  title: 'Instances answer late',
  does: 'Delays the packets that the drawn instances send, by a command of Systems Manager.',
  fidelity: [...NETWORK_FIDELITY, ...STRESS_FIDELITY].join('; '),
  ...BY_COMMAND,
  params: PARAMS,
  changes: (request) =>
    stressPicked(request, {
      fault: 'instance-latency',
      document: 'AWSFIS-Run-Network-Latency-Sources',
      parameters: {
        DelayMilliseconds: String(numberOf(PARAMS, 'delay', request.params)),
        JitterMilliseconds: String(numberOf(PARAMS, 'jitter', request.params)),
        Sources: textOf(PARAMS, 'sources', request.params),
        Interface: textOf(PARAMS, 'interface', request.params),
        TrafficType: 'egress',
        InstallDependencies: textOf(PARAMS, 'install', request.params),
      },
    }),
};
