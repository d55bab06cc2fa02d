import type { Fault } from '../../faults/fault.js';
import { FAULTS } from '../../faults/registry.js';
import { KongError } from '../../model/errors.js';
import { suggestion } from '../../experiment/zod-problems.js';
import { faultPage } from '../../report/fault-page.js';
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
  outside.terminal.out(await answer(wanted, options, colourFor('stdout', options, outside)));
  return 0;
}

async function answer(wanted: readonly Fault[], { format }: CommonOptions, colour: boolean): Promise<string> {
  // the drivers load the SDK, and only they know the calls and what they cost
  const { pageOf } = await import('../fault-pages.js');
  const pages = wanted.map(pageOf);
  switch (format) {
    case 'json':
      return jsonText({ schema: 'kong/faults/v1', faults: pages });
    case 'ndjson':
      return pages.map((page) => `${JSON.stringify(page)}\n`).join('');
    case 'markdown':
      return pages.map(faultPage).join('\n');
    case 'text':
      return faultsText(pages, { colour });
  }
}
