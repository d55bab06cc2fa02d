import { FAULTS } from '../../faults/registry.js';
import { KongError } from '../../model/errors.js';
import { suggestion } from '../../experiment/zod-problems.js';
import { faultPage, type FaultPage } from '../../report/fault-page.js';
import { faultsText, type FaultsTextOptions } from '../../report/faults-text.js';
import { jsonText } from '../../report/json.js';
import { listExperiments } from '../experiment-files.js';
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
  const { machine, files } = outside;
  const experiments = listExperiments([`${machine.packageRoot}/experiments`], files);
  // the drivers load the SDK, and only they know the calls and what they cost
  const { pageOf } = await import('../fault-pages.js');
  const pages = wanted.map((fault) => pageOf(fault, experiments));
  const told = { colour: colourFor('stdout', options, outside), whole: name !== undefined };
  outside.terminal.out(answer(pages, options, told));
  return 0;
}

function answer(pages: readonly FaultPage[], { format }: CommonOptions, told: FaultsTextOptions): string {
  switch (format) {
    case 'json':
      return jsonText({ schema: 'kong/faults/v1', faults: pages });
    case 'ndjson':
      return pages.map((page) => `${JSON.stringify(page)}\n`).join('');
    case 'markdown':
      return pages.map((page) => faultPage(page)).join('\n');
    case 'text':
      return faultsText(pages, told);
  }
}
