import { readAttributes, type ReadContext } from '../changes/driver.js';
import { driverOf } from '../changes/registry.js';
import { switchId } from '../changes/switch-name.js';
import { fingerprintOf } from '../changes/switches.js';
import type { AttributeKind } from '../model/change.js';
import { KongError, messageOf } from '../model/errors.js';
import type { Experiment, Step } from '../model/experiment.js';
import type { Json } from '../model/json.js';
import { resourceKey, type ResourceRef } from '../model/resource.js';
import { isOwn, type SwitchDefinition, type SwitchRole, type SwitchWay } from '../model/switch.js';
import type { Fact } from './circumstances.js';
import { regionsOf } from './targets.js';

/** One switch that an experiment sets, and what it says now. */
export interface SwitchFact {
  /** As messages name it: the name in kong.yaml, or `/edge/failover in us-west-2`. */
  readonly name: string;
  readonly attribute: AttributeKind;
  readonly resource: ResourceRef;
  readonly way: SwitchWay;
  /** The only values that it may have; undefined: any text. */
  readonly values: readonly string[] | undefined;
  /** The longest that one read or write of it may take, milliseconds; undefined: AWS is asked, and paces itself. */
  readonly timeoutMs?: number;
  readonly now: Fact<string>;
}

/**
 * Reads every switch that a method names. One that can't be read is a fact too: it refuses the drill.
 *
 * @param definitions - those of kong.yaml
 */
export async function readSwitches(
  experiment: Experiment,
  definitions: readonly SwitchDefinition[],
  context: Pick<ReadContext, 'cloud' | 'switches'>,
): Promise<readonly SwitchFact[]> {
  const named = [...namedIn(experiment, definitions)];
  return Promise.all(named.map(async (one) => ({ ...one, now: await nowOf(one, context) })));
}

/** A switch by itself, for a look at it. */
export async function readSwitch(
  definition: SwitchDefinition,
  context: Pick<ReadContext, 'cloud' | 'switches'>,
): Promise<SwitchFact> {
  const one = defined(definition);
  return { ...one, now: await nowOf(one, context) };
}

type Named = Omit<SwitchFact, 'now'>;

function namedIn(experiment: Experiment, definitions: readonly SwitchDefinition[]): readonly Named[] {
  const all = experiment.method.flatMap((step) => namedBy(step, experiment, definitions));
  return [...new Map(all.map((one) => [one.name, one])).values()];
}

function namedBy(step: Step, experiment: Experiment, definitions: readonly SwitchDefinition[]): readonly Named[] {
  if (step.kind === 'isolate' && step.by.kind === 'parameter') {
    return parametersOf(step.by, experiment).map(({ parameter, region }) => ({
      name: parameterName(parameter, region),
      attribute: 'ssm.isolation',
      resource: { type: 'parameter', region, id: parameter },
      way: { kind: 'parameter', parameter, region },
      values: undefined,
    }));
  }
  const name = switchNameOf(step);
  return definitions.filter((one) => one.name === name).map(defined);
}

/** The switch of kong.yaml that a step sets; undefined: none. */
export function switchNameOf(step: Step): string | undefined {
  if (step.kind === 'switch') return step.name;
  if (step.kind === 'shift') return step.via?.name;
  return step.kind === 'isolate' && step.by.kind === 'switch' ? step.by.name : undefined;
}

/** The parameters that an isolation sets: that of the region that it names, or of each survivor. */
export function parametersOf(
  { parameter, region }: { readonly parameter: string; readonly region: string | undefined },
  { blastRadius: { scope, survivors } }: Experiment,
): readonly { readonly parameter: string; readonly region: string }[] {
  const dark = regionsOf(scope);
  const regions = region === undefined ? survivors.filter((one) => !dark.includes(one)) : [region];
  return regions.map((one) => ({ parameter, region: one }));
}

/** How messages name a parameter that is no switch of kong.yaml. */
export function parameterName(parameter: string, region: string): string {
  return `${parameter} in ${region}`;
}

function defined(definition: SwitchDefinition): Named {
  const { name, role, values, way, timeoutMs } = definition;
  const timed = isOwn(definition) ? { timeoutMs } : {};
  return { name, attribute: attributeOf(way, role), resource: resourceOf(definition), way, values, ...timed };
}

function attributeOf(way: SwitchWay, role: SwitchRole): AttributeKind {
  if (way.kind === 'parameter') return role === 'isolation' ? 'ssm.isolation' : 'ssm.parameter';
  return role === 'isolation' ? 'switch.isolation' : 'switch.value';
}

function resourceOf(definition: SwitchDefinition): ResourceRef {
  const { name, way } = definition;
  if (way.kind === 'parameter') return { type: 'parameter', region: way.region, id: way.parameter, name };
  return { type: 'switch', region: 'global', id: switchId({ name, fingerprint: fingerprintOf(definition) }), name };
}

async function nowOf(
  { attribute, resource }: Named,
  context: Pick<ReadContext, 'cloud' | 'switches'>,
): Promise<Fact<string>> {
  try {
    const read = await readAttributes(driverOf(attribute), [resource], { ...context, run: '', created: new Map() });
    return factOf(read.get(resourceKey(resource)));
  } catch (error) {
    if (!(error instanceof KongError)) throw error;
    // it is named beside
    return { known: false, why: messageOf(error.cause instanceof KongError ? error.cause : error) };
  }
}

function factOf(value: Json | undefined): Fact<string> {
  if (typeof value === 'string') return { known: true, value };
  if (value === undefined)
    return { known: false, why: 'it is not there; create it first, with the value that it usually has' };
  const kind = value !== null && typeof value === 'object' && 'type' in value ? value.type : null;
  return {
    known: false,
    why: `it is of type ${typeof kind === 'string' ? kind : 'unknown'}, and only a plain String can be switched`,
  };
}
