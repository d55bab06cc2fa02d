import { formatDuration } from '../../model/duration.js';
import type { Gate } from '../../model/plan.js';
import { hitInstances } from '../blast.js';
import type { StateKept } from '../circumstances.js';
import { drillMs, factGate, gate, some, type GateRequest, type InformedRequest } from './gate.js';

/** Whether kong will be able to put back what it breaks, and in time. */
export function safetyGates(request: GateRequest): readonly Gate[] {
  const { circumstances } = request;
  if (!circumstances) return rollbackGates(request);
  const informed = { ...request, circumstances };
  return [...rollbackGates(request), runnerGate(informed), stateGate(informed), credentialsGate(informed)];
}

function rollbackGates({ experiment, forecast }: GateRequest): readonly Gate[] {
  const within = experiment.rollbackWithinMs;
  if (within === undefined) return [];
  const seconds = forecast.rollbackSeconds;
  return [
    gate({
      name: 'rollback.within',
      code: 'ROLLBACK_TOO_SLOW',
      passed: seconds * 1_000 <= within,
      message: `a rollback takes ${seconds}s at worst, limit ${within / 1_000}s`,
      fix: 'narrow the blast radius, or raise rollback.within',
    }),
  ];
}

/** A machine that cuts itself off can put nothing back. */
function runnerGate({ steps, inventory, circumstances }: InformedRequest): Gate {
  const { instance, addresses } = circumstances.runner;
  const own = hitInstances(steps, inventory).filter(
    ({ id, address }) => id === instance || (address !== undefined && addresses.includes(address)),
  );
  const said = own.map(({ region, id, address }) => `${region}/${id}${address === undefined ? '' : ` (${address})`}`);
  return gate({
    name: 'runner',
    code: 'REFUSED',
    passed: own.length === 0,
    message:
      own.length === 0
        ? 'kong does not run on what it would break'
        : `kong seems to run on ${some(said)}, which the drill would break`,
    fix: 'run kong from outside the blast radius',
  });
}

/** A journal that can't be reached can't be rolled back by. An emulator's bucket does not go dark with the rest. */
function stateGate({ experiment, environment, circumstances }: InformedRequest): Gate {
  const { kept } = circumstances.state;
  const { scope } = experiment.blastRadius;
  const asked = kept.kind === 'bucket' && environment.amazon && scope.kind === 'region';
  const dark = asked && (kept.region === undefined || kept.region === scope.region);
  return gate({
    name: 'state',
    code: 'REFUSED',
    passed: !dark,
    message: dark ? `${keptText(kept)}, and ${scope.region} is to go dark` : keptText(kept),
    fix: 'keep the state in another region: --state s3://…',
  });
}

function keptText(kept: StateKept): string {
  if (kept.kind === 'folder') return 'the state is kept in a folder of this machine';
  return `the state is kept in a bucket${kept.region === undefined ? ', whose region is not known' : ` in ${kept.region}`}`;
}

/** Credentials that end in the middle of a drill would leave its changes in place. */
function credentialsGate(request: InformedRequest): Gate {
  const { credentials, wallMs } = request.circumstances;
  const named = {
    name: 'credentials',
    code: 'CREDENTIALS',
    fix: 'renew the credentials first, or use a role whose sessions last longer',
  } as const;
  return factGate(named, credentials, ({ expiresAtMs, temporary, renewed }) => {
    const neededMs = drillMs(request);
    if (wallMs === undefined) return { passed: true, message: 'simulated: none are needed' };
    if (renewed) return { passed: true, message: 'the credentials are renewed by where they come from' };
    if (expiresAtMs === undefined) {
      const ends = 'they are of a session whose end they do not say: make sure that it outlasts';
      const message = temporary ? `${ends} ${formatDuration(neededMs)}` : 'the credentials do not expire';
      return { passed: true, message };
    }
    const leftMs = expiresAtMs - wallMs;
    const message = `the credentials ${leftMs > 0 ? `last ${formatDuration(leftMs)} more` : 'have expired'}, and the drill may take ${formatDuration(neededMs)}`;
    return { passed: leftMs > neededMs, message };
  });
}
