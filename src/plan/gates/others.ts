import { alarmRef, type AlarmState } from '../../inventory/read-alarms.js';
import type { Gate } from '../../model/plan.js';
import { blockingAlarmsOf } from '../read-circumstances.js';
import { factGate, gate, some, type InformedRequest } from './gate.js';

/**
 * Whether somebody else is at work: another run of kong, or what one left behind, an alarm that was named, an
 * experiment of AWS FIS. A zonal shift is not asked for by its name: see `readCircumstances`.
 */
export function otherGates(request: InformedRequest): readonly Gate[] {
  return [...stateGates(request), alarmGate(request), fisGate(request)];
}

function stateGates({ circumstances }: InformedRequest): readonly Gate[] {
  const { heldBy, unfinished } = circumstances.state;
  return [
    gate({
      name: 'lock',
      code: 'LOCKED',
      passed: heldBy === undefined,
      message: heldBy?.text ?? 'no other run holds the lock',
      fix: heldBy ? `wait for it, or \`kong abort ${heldBy.run}\`: it rolls back by itself` : '',
    }),
    gate({
      name: 'unfinished',
      code: 'UNFINISHED_RUN',
      passed: unfinished === undefined,
      message: unfinished?.text ?? 'no run has left anything changed',
      fix: unfinished ? `kong rollback ${unfinished.run}` : '',
    }),
  ];
}

function alarmGate({ experiment, circumstances }: InformedRequest): Gate {
  const names = blockingAlarmsOf(experiment, circumstances.site);
  const named = {
    name: 'alarms',
    code: 'REFUSED',
    fix: 'find out what the alarm is about first, or take a wrong name out of blockingAlarms',
  } as const;
  if (names.length === 0) return gate({ ...named, passed: true, message: 'no blocking alarm is named' });
  if (!circumstances.alarms) return gate({ ...named, passed: true, message: 'simulated: there are no alarms' });
  return factGate(named, circumstances.alarms, (states) => {
    const { scope } = experiment.blastRadius;
    // the sick region's own alarms are why somebody escapes from it
    const sick = experiment.escape === true && scope.kind === 'region' ? scope.region : undefined;
    const problems = names.flatMap((name) => problemsOf(name, states, sick));
    const well = `${names.length === 1 ? 'the blocking alarm is' : `all ${names.length} blocking alarms are`} OK`;
    return { passed: problems.length === 0, message: problems.length === 0 ? well : some(problems) };
  });
}

/** An alarm that is not there is as good as one that rings: whoever named it meant something by it. */
function problemsOf(text: string, states: readonly AlarmState[], sick: string | undefined): readonly string[] {
  const wanted = alarmRef(text);
  const own = states.filter(
    ({ name, region }) => name === wanted.name && (wanted.region === undefined || region === wanted.region),
  );
  if (own.length === 0) return [`there is no alarm ${text}`];
  return own.filter(({ state, region }) => state !== 'OK' && region !== sick).map(({ region, name, state }) => `${region}/${name} is ${state}`);
}

function fisGate({ circumstances }: InformedRequest): Gate {
  const named = {
    name: 'fis',
    code: 'REFUSED',
    fix: 'wait for it, or stop it: `aws fis stop-experiment --id …`',
  } as const;
  if (!circumstances.fis) return gate({ ...named, passed: true, message: 'simulated: nobody else runs experiments' });
  return factGate(named, circumstances.fis, (experiments) => {
    const said = experiments.map(({ region, id, status }) => `AWS FIS experiment ${region}/${id} is ${status}`);
    const passed = said.length === 0;
    return { passed, message: passed ? 'no experiment of AWS FIS is active' : some(said) };
  });
}
