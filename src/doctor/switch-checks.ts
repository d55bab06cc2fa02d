import type { ReadContext } from '../changes/driver.js';
import { whyNotOneOf, whyNotWritable } from '../changes/switch-text.js';
import { failed, ok, type Check } from '../model/checkup.js';
import { isOwn, type SwitchDefinition } from '../model/switch.js';
import { readSwitch } from '../plan/switch-facts.js';

/**
 * Reads each switch of kong.yaml: whether it answers, with what it may say, and could be set back to that. None is set.
 */
export function switchChecks(
  definitions: readonly SwitchDefinition[],
  context: Pick<ReadContext, 'cloud' | 'switches'>,
): Promise<readonly Check[]> {
  return Promise.all(definitions.map((definition) => switchCheck(definition, context)));
}

async function switchCheck(
  definition: SwitchDefinition,
  context: Pick<ReadContext, 'cloud' | 'switches'>,
): Promise<Check> {
  const name = `switch ${definition.name}`;
  const { now } = await readSwitch(definition, context);
  const fix = `mend ${definition.name} in kong.yaml, or what it reads`;
  if (!now.known) return failed(name, `can't be read: ${now.why}`, { code: 'REFUSED', fix });
  const { value } = now;
  const why = whyNotOneOf(definition, value) ?? whyNotWritable(definition.way, value);
  const far = isOwn(definition) ? await context.switches?.whyOutOfReach(definition, value) : undefined;
  const shown = JSON.stringify(value.slice(0, 80));
  if (why !== undefined) return failed(name, `is ${shown}, and ${why}`, { code: 'REFUSED', fix });
  if (far !== undefined) return failed(name, `is ${shown}, and can't be set: ${far}`, { code: 'REFUSED', fix });
  return ok(name, `is ${shown}`);
}
