import type { Plan } from '../model/plan.js';
import { fingerprintOf } from '../plan/fingerprint.js';
import { overrideRequests, withOverrides } from '../plan/override.js';
import type { GateOptions } from './gate-options.js';
import type { Setting } from './settings.js';

/**
 * A plan with the gates that are passed by name, those that it was saved with included.
 *
 * @param say - hears of what was asked for and changes nothing
 * @throws KongError BAD_ARGUMENT
 */
export function passedByName<T extends Plan>(plan: T, options: GateOptions, say: (note: string) => void): T {
  const asked = overrideRequests(options.override, options.reason);
  const before = (plan.overrides ?? []).filter(({ gate }) => !asked.some((one) => one.gate === gate));
  const overrides = [...before, ...asked];
  const { gates, notes } = withOverrides(plan.gates, overrides);
  notes.forEach(say);
  const passed = { ...plan, gates, ...(overrides.length === 0 ? {} : { overrides }) };
  return { ...passed, fingerprint: fingerprintOf(passed) };
}

/** How long the simulated world's metrics take to be readable; nothing where nobody knows. */
export function publishDelay({ world }: Setting): Pick<Plan, 'publishDelaySeconds'> {
  return world === undefined ? {} : { publishDelaySeconds: world.metrics.delayMs / 1_000 };
}
