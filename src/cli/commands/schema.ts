import { closest } from 'fastest-levenshtein';
import { experimentJsonSchema } from '../../experiment/json-schema.js';
import { KongError } from '../../model/errors.js';
import type { CommonOptions } from '../options.js';
import { jsonText } from '../../report/json.js';
import { thisOutside } from '../wire.js';

const SCHEMAS: Readonly<Record<string, () => object>> = { experiment: experimentJsonSchema };

/** `kong schema [KIND]`: the JSON Schema from which editors complete and check a file. */
export async function schema(
  kind: string | undefined,
  options: CommonOptions & { readonly out?: string },
): Promise<number> {
  const { files, terminal } = thisOutside();
  const wanted = kind ?? 'experiment';
  const make = SCHEMAS[wanted];
  if (!make) {
    throw new KongError('BAD_ARGUMENT', `no schema for ${wanted}`, {
      fix: `did you mean ${closest(wanted, Object.keys(SCHEMAS))}?`,
    });
  }
  if (options.out === undefined) terminal.out(jsonText(make()));
  else files.write(options.out, jsonText(make()));
  return 0;
}
