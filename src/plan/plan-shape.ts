import * as z from 'zod';
import { isAttribute } from '../changes/registry.js';
import type { Plan } from '../model/plan.js';
import { experimentShape, stepShape } from './experiment-shape.js';

/**
 * Whether a value has the shape of a plan, as far as a drill acts on it or a reader is shown it: every change names a
 * known attribute of one resource and both its values. Never throws.
 */
export function isPlan(value: unknown): value is Plan {
  try {
    return PLAN.safeParse(value).success;
  } catch {
    // nested deeper than the stack
    return false;
  }
}

const text = z.string();
const number = z.number();

const resource = z.looseObject({ type: text, region: text, id: text, zone: text.optional(), name: text.optional() });

const change = z.discriminatedUnion('kind', [
  z
    .looseObject({ kind: z.literal('reversible'), id: text, attribute: text.refine(isAttribute), resource })
    .refine((fields) => 'before' in fields && 'after' in fields),
  z.looseObject({ kind: z.literal('irreversible'), id: text, attribute: text, resource, loses: text }),
]);

const blastShare = z.looseObject({ name: text, hit: number, of: number });

const difference = z.looseObject({ resource: text, attribute: text, note: text.optional() });

const gate = z.looseObject({
  name: text,
  passed: z.boolean(),
  message: text,
  code: text,
  fix: text.optional(),
  overridable: z.boolean().optional(),
  overridden: z.looseObject({ reason: text }).optional(),
  differences: z.array(difference).optional(),
});

const recordTarget = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('values'), values: z.array(text) }),
  z.looseObject({ kind: z.literal('alias'), name: text }),
]);

const resolution = z.discriminatedUnion('checked', [
  z.looseObject({ checked: z.literal(false), why: text }),
  z.looseObject({
    checked: z.literal(true),
    resolver: z.looseObject({ address: text, samples: number, timeoutMs: number }),
    region: text,
    names: z.array(
      z.looseObject({
        name: text,
        type: text,
        ttlSeconds: number,
        share: number,
        leads: z.array(z.looseObject({ region: text.nullable(), target: recordTarget })),
      }),
    ),
  }),
]);

const PLAN = z.looseObject({
  schema: z.literal('kong/plan/v1'),
  experiment: experimentShape,
  on: z.enum(['sim', 'aws']),
  where: text,
  account: text,
  endpoint: text.nullable(),
  regions: z.array(text),
  seed: number,
  createdAt: text,
  steps: z.array(
    z.looseObject({
      step: stepShape,
      title: text,
      batches: z.array(z.array(change)),
      drawn: z.array(text).optional(),
    }),
  ),
  blast: z.looseObject({
    instances: number,
    autoScalingGroups: number,
    subnets: number,
    records: number,
    share: number,
    byGroup: z.array(blastShare),
    byZone: z.array(blastShare),
  }),
  gates: z.array(gate),
  forecast: z.looseObject({ writeCalls: number, undoCalls: number, methodSeconds: number, rollbackSeconds: number }),
  leftAlone: z.array(z.looseObject({ what: text, why: text })),
  draw: z
    .looseObject({
      rules: z.array(text),
      candidates: z.array(
        z.looseObject({
          id: text,
          region: text,
          zone: text,
          group: text.nullable(),
          chosen: z.boolean(),
          why: text,
          endedBy: number.optional(),
        }),
      ),
    })
    .optional(),
  fingerprint: text,
  overrides: z.array(z.looseObject({ gate: text, reason: text })).optional(),
  notes: z.array(text).optional(),
  resolution: resolution.optional(),
  publishDelaySeconds: number.optional(),
  saved: z
    .looseObject({
      id: text,
      savedAt: text,
      expiresAt: text,
      state: text,
      set: z.array(text),
      world: z.looseObject({ file: text.nullable(), hash: text }).nullable(),
    })
    .optional(),
});
