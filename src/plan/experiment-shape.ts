import * as z from 'zod';
import type { Scope, Step } from '../model/experiment.js';

const text = z.string();
const number = z.number();
const texts = z.array(text);
const textsByName = z.record(text, text);

type Shapes<T extends string> = Readonly<Record<T, z.ZodType>>;

/** One of several shapes, told by its `kind`. */
function oneOf<T extends string>(shapes: Shapes<T>): z.ZodType {
  return z.looseObject({ kind: text }).refine((value) => {
    const shape = Object.entries<z.ZodType>(shapes).find(([kind]) => kind === value.kind)?.[1];
    return shape?.safeParse(value).success === true;
  });
}

const ramp = z.looseObject({ steps: z.array(number), everyMs: number, tiers: z.array(texts).optional() });

const via = z.looseObject({
  name: text,
  values: z.array(z.looseObject({ gone: number, value: text })).optional(),
});
const byRoutes = z.looseObject({ kind: z.literal('routes') });
const bySwitch = z.looseObject({ kind: z.literal('switch'), name: text, to: text });
const byParameter = z.looseObject({
  kind: z.literal('parameter'),
  parameter: text,
  region: text.optional(),
  to: text,
});

const STEPS: Shapes<Step['kind']> = {
  prewarm: z.looseObject({ capacity: number, caches: text.optional() }),
  fault: z.looseObject({ fault: text, params: z.record(text, z.union([text, number, z.boolean()])) }),
  shift: ramp.extend({ to: z.union([texts, z.literal('survivors')]), via: via.optional() }),
  switch: z.looseObject({ name: text, to: text }),
  isolate: z.looseObject({ by: z.union([byRoutes, bySwitch, byParameter]) }),
  stay: z.looseObject({ until: z.union([z.enum(['told', 'rollback']), number]) }),
  observe: z.looseObject({ withinMs: number }),
  hold: z.looseObject({ forMs: number }),
  restore: z.looseObject({ what: text }),
  return: ramp,
};

/** A step of the method, as a saved plan has it. */
export const stepShape = oneOf(STEPS);

const per = z.enum(['all', 'group']);

const pick = z.union([
  z.looseObject({ kind: z.literal('count'), count: number, per }),
  z.looseObject({ kind: z.literal('percent'), percent: number, per }),
  z.looseObject({ kind: z.literal('ids'), ids: texts }),
]);

const SCOPES: Shapes<Scope['kind']> = {
  region: z.looseObject({ region: text }),
  az: z.looseObject({ region: text, zone: text }),
  link: z.looseObject({ regions: z.tuple([text, text]) }),
  instance: z.looseObject({ region: text, pick }),
};

const threshold = z.looseObject({
  text,
  op: z.enum(['<', '<=', '>', '>=']),
  limit: z.union([
    z.looseObject({ kind: z.literal('absolute'), value: number }),
    z.looseObject({ kind: z.literal('baseline'), factor: number, offset: number }),
  ]),
});

const expression: z.ZodType = z.lazy(() =>
  z.union([
    z.looseObject({ kind: z.literal('number'), value: number }),
    z.looseObject({ kind: z.literal('metric'), id: text }),
    z.looseObject({ kind: z.literal('negate'), of: expression }),
    z.looseObject({ kind: z.literal('binary'), op: z.enum(['+', '-', '*', '/']), left: expression, right: expression }),
    z.looseObject({ kind: z.literal('call'), fn: z.enum(['min', 'max']), args: z.array(expression).min(1) }),
  ]),
);

const metric = z.looseObject({ id: text, namespace: text, name: text, stat: text, dimensions: textsByName });

const sli = z.looseObject({
  id: text,
  title: text,
  unit: text,
  metrics: z.array(metric),
  expression,
  periodMs: number.positive(),
  per: z.enum(['region', 'global']),
  region: text.optional(),
  missing: z.enum(['breach', 'zero', 'hold', 'ignore']),
});

const limit = number.optional();
const place = z.looseObject({ region: text, bucket: text });
const marker = z.looseObject({ from: place, to: place, prefix: text, everyMs: number.positive(), leadMs: number });

/** An experiment as a saved plan has it: everything that a drill or a report reads. */
export const experimentShape = z.looseObject({
  name: text,
  hypothesis: text,
  owner: text.optional(),
  blastRadius: z.looseObject({
    scope: oneOf(SCOPES),
    survivors: texts,
    select: z.looseObject({
      tags: z.record(text, texts),
      tagsOn: z.enum(['target', 'group']).exactOptional(),
      groups: texts,
      domains: texts,
    }),
    limits: z.looseObject({ instances: limit, groups: limit, share: limit, minHealthy: limit }),
    allowIrreversible: texts,
    allowEmpty: z.boolean(),
  }),
  slis: z.array(sli),
  steadyState: z.array(z.looseObject({ sli: text, expect: threshold, settleMs: number })),
  abort: z.looseObject({
    missingDataMs: number,
    when: z.array(z.looseObject({ sli: text, breach: threshold, count: number, of: number })),
  }),
  pollMs: number.positive(),
  baselineMs: number,
  objectives: z.looseObject({ rtoMs: limit, rpoMs: limit }),
  rollbackWithinMs: limit,
  method: z.array(stepShape),
  marker: marker.optional(),
  escape: z.literal(true).optional(),
});
