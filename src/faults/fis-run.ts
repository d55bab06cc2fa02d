import type { Json } from '../model/json.js';
import type { ProtoChange } from './fault.js';

/** One experiment of AWS FIS, and what goes with it. */
export interface FisRun {
  readonly region: string;
  /** Unique in its plan. */
  readonly handle: string;
  /** The template to be made; undefined: one that is there is used. */
  readonly make: Json | undefined;
  /** Id of the template that is there. */
  readonly template?: string;
  /** What kong changes by itself, before it begins. */
  readonly beside: readonly ProtoChange[];
  readonly memo?: Json;
}

/**
 * The changes of one experiment of FIS, in order: its template, a preview that proves that its targets are there and
 * costs nothing, what kong does beside it, and the experiment itself.
 */
export function fisRun({ region, handle, make, template, beside, memo }: FisRun): readonly ProtoChange[] {
  const of = { kind: 'reversible', before: null } as const;
  const resource = (type: 'fis-template' | 'fis-experiment', id: string): ProtoChange['resource'] => ({
    type,
    region,
    id,
  });
  const after = template ?? { $created: handle };
  const running = { ...of, attribute: 'fisExperiment.running', after } as const;
  return [
    ...(make === undefined
      ? []
      : [{ ...of, attribute: 'fisTemplate.exists' as const, resource: resource('fis-template', handle), after: make }]),
    { ...running, resource: resource('fis-experiment', `${handle}-preview`), memo: { preview: true } },
    ...beside,
    { ...running, resource: resource('fis-experiment', `${handle}-run`), ...(memo === undefined ? {} : { memo }) },
  ];
}
