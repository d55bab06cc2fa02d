import { FAULTS } from '../../faults/registry.js';
import { KongError } from '../../model/errors.js';
import { suggestion } from '../../experiment/zod-problems.js';
import { faultsText } from '../../report/faults-text.js';
import { jsonText } from '../../report/json.js';
import type { CommonOptions } from '../options.js';
import { colourFor } from '../render.js';
import { thisOutside } from '../wire.js';

/** `kong faults [NAME]`: what can be broken. Offline. */
export async function faults(name: string | undefined, options: CommonOptions): Promise<number> {
  const outside = thisOutside();
  const wanted = FAULTS.filter((fault) => name === undefined || fault.name === name);
  if (wanted.length === 0) {
    throw new KongError('BAD_ARGUMENT', `no fault ${name ?? ''}`, {
      ...suggestion(
        name ?? '',
        FAULTS.map((fault) => fault.name),
      ),
    });
  }
  const shown = wanted.map(({ name: own, title, fidelity, scopes, params }) => ({
    name: own,
    title,
    fidelity,
    scopes,
    params,
  }));
  outside.terminal.out(
    options.format === 'json'
      ? jsonText({ schema: 'kong/faults/v1', faults: shown })
      : faultsText(shown, { colour: colourFor('stdout', options, outside) }),
  );
  return 0;
}
