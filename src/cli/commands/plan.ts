import { planJson, planMarkdown, planText } from '../../report/plan-text.js';
import type { Plan } from '../../model/plan.js';
import { readConfig } from '../config.js';
import { makePlan } from '../make-plan.js';
import type { CommonOptions } from '../options.js';
import { colourFor } from '../render.js';
import { openSetting } from '../settings.js';
import { resolveTarget } from '../target.js';
import { thisOutside, type Outside } from '../wire.js';

/** `kong plan TARGET`: what a drill would do. Exit 0 where it would start, 3 where a gate would refuse it. */
export async function plan(target: string, options: CommonOptions & { readonly out?: string }): Promise<number> {
  const outside = thisOutside();
  const setting = await openSetting(options, readConfig(options.config, outside.files), outside);
  const resolved = await resolveTarget(target, options, setting, outside);
  const made = resolved.kind === 'plan' ? resolved.plan : await makePlan(resolved.experiment, options.seed, setting);
  if (options.out !== undefined) outside.files.write(options.out, planJson(made));
  outside.terminal.out(render(made, options, outside));
  return made.gates.every((gate) => gate.passed) ? 0 : 3;
}

function render(made: Plan, options: CommonOptions, outside: Outside): string {
  switch (options.format) {
    case 'json':
    case 'ndjson':
      return planJson(made);
    case 'markdown':
      return planMarkdown(made);
    case 'text':
      return planText(made, { colour: colourFor('stdout', options, outside), verbose: options.verbose === true });
  }
}
