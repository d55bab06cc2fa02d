import { faultNamed } from '../faults/registry.js';
import { ok, warning, type Check } from '../model/checkup.js';
import type { Plan } from '../model/plan.js';
import { count } from '../model/summary.js';
import { UNREACHED } from '../faults/agents.js';

/** Instances that a plan's commands can't reach: it leaves them alone, which may be more than somebody expects. */
export function agentChecks({ experiment, leftAlone, blast }: Plan): readonly Check[] {
  const asks = experiment.method.some(
    (step) => step.kind === 'fault' && faultNamed(step.fault)?.needs?.includes('agents') === true,
  );
  if (!asks) return [];
  const name = 'agents';
  const out = leftAlone.filter(({ why }) => UNREACHED.some((reason) => why.startsWith(reason)));
  const [first] = out;
  if (!first) return [ok(name, `every agent asked for answers; ${count(blast.instances, 'instance')} would be hit`)];
  return [
    warning(
      name,
      `${count(out.length, 'instance')} can't be sent a command: ${first.what} ${first.why}`,
      'give them an instance profile with AmazonSSMManagedInstanceCore and an agent that runs, or leave them out',
    ),
  ];
}
