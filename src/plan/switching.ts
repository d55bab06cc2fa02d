import type { FaultChanges, ProtoChange } from '../faults/fault.js';
import { linkCut } from '../faults/link-cut.js';
import { KongError } from '../model/errors.js';
import type { ShiftVia, Step } from '../model/experiment.js';
import type { Inventory } from '../model/inventory.js';
import type { Random } from '../model/ports.js';
import { resourceKey } from '../model/resource.js';
import { withoutQuery } from '../model/switch.js';
import type { Experiment } from '../model/experiment.js';
import type { Environment } from './environment.js';
import { parameterName, parametersOf, switchNameOf, type SwitchFact } from './switch-facts.js';
import { regionsOf, targetsIn } from './targets.js';

/** What switching is planned from. */
export interface Switching {
  readonly experiment: Experiment;
  readonly inventory: Inventory;
  readonly environment: Environment;
  readonly random: Random;
  readonly switches: readonly SwitchFact[];
}

/** The change by which a switch gets a value; none where what it says now is not known: the drill is refused then. */
export function switchChanges(name: string, to: string, switches: readonly SwitchFact[]): readonly ProtoChange[] {
  return switches.filter((one) => one.name === name).flatMap((one) => changeOf(one, to));
}

function changeOf({ attribute, resource, now }: SwitchFact, to: string | undefined): readonly ProtoChange[] {
  if (!now.known) return [];
  return [{ kind: 'reversible', attribute, resource, before: now.value, after: to ?? now.value }];
}

/**
 * One step of a shift by a switch.
 *
 * @param gone - the share that has been moved, 0..1; 0: it says again what it said before
 */
export function viaChanges(
  { name, values }: ShiftVia,
  gone: number,
  switches: readonly SwitchFact[],
): readonly ProtoChange[] {
  const told = values?.find((one) => Math.abs(one.gone - gone) < 1e-9)?.value ?? String(Math.round(100 * (1 - gone)));
  return switches.filter((one) => one.name === name).flatMap((one) => changeOf(one, gone === 0 ? undefined : told));
}

/** Keeps what breaks and what survives from calling one another. */
export function isolateChanges({ by }: Extract<Step, { kind: 'isolate' }>, switching: Switching): FaultChanges {
  const { experiment, switches } = switching;
  switch (by.kind) {
    case 'routes':
      return routesApart(switching);
    case 'switch':
      return { changes: switchChanges(by.name, by.to, switches), leftAlone: [] };
    case 'parameter': {
      const names = parametersOf(by, experiment).map(({ parameter, region }) => parameterName(parameter, region));
      return { changes: names.flatMap((name) => switchChanges(name, by.to, switches)), leftAlone: [] };
    }
  }
}

/** As if each link between what breaks and a survivor were cut: both ways, so that neither waits for the other. */
function routesApart(switching: Switching): FaultChanges {
  const { experiment, inventory, environment, random } = switching;
  const { scope, survivors, select } = experiment.blastRadius;
  const dark = regionsOf(scope);
  const pairs = dark.flatMap((one) => survivors.filter((other) => other !== one).map((other) => [one, other] as const));
  const made = pairs.map((regions) => {
    const there = regions.map((region) => targetsIn(region, { experiment, inventory, environment }));
    const targets = { regions: there.map(({ target }) => target), leftAlone: [] };
    const link = { kind: 'link', regions } as const;
    const whole = { params: {}, step: 0, lastsSeconds: 0 };
    return linkCut.changes({ scope: link, targets, inventory, select, random, ...whole });
  });
  return {
    leftAlone: made.flatMap((one) => one.leftAlone),
    changes: made.flatMap(({ changes }) =>
      changes.map((change) => (change.kind === 'reversible' ? { ...change, attribute: 'route.isolation' } : change)),
    ),
  };
}

/** @throws KongError BAD_EXPERIMENT where one thing is named as two switches */
export function assertOneRoleEach(switches: readonly SwitchFact[]): void {
  const seen = new Map<string, SwitchFact>();
  for (const one of switches) {
    const key = resourceKey(one.resource);
    const other = seen.get(key);
    if (other) {
      throw new KongError('BAD_EXPERIMENT', `${other.name} and ${one.name} are the same parameter`, {
        fix: 'name it in one way: what it had before is known of one of them alone',
      });
    }
    seen.set(key, one);
  }
}

/** What is to be known of switches before they are set: what is real where all else is simulated. */
export function switchNotes(switching: Switching): readonly string[] {
  const { on } = switching.environment;
  return ownSwitches(switching).map(
    ({ name, way }) => `${name} is your own${on === 'sim' ? ', and not simulated' : ''}: ${wayText(way)}`,
  );
}

/** Where a drill takes place, with what is real of it in a simulated world. */
export function whereText(switching: Switching, hooks: readonly { readonly name: string }[]): string {
  const { on, where } = switching.environment;
  const names = [...ownSwitches(switching), ...hooks].map(({ name }) => name);
  return on === 'sim' && names.length > 0 ? `${where} but ${names.join(', ')}` : where;
}

function ownSwitches({ experiment, switches }: Switching): readonly SwitchFact[] {
  const used = new Set(experiment.method.map(switchNameOf));
  return switches.filter((one) => used.has(one.name) && one.way.kind !== 'parameter');
}

function wayText(way: SwitchFact['way']): string {
  switch (way.kind) {
    case 'command':
      return `kong runs ${JSON.stringify(way.read)} and ${JSON.stringify(way.write)}`;
    case 'http':
      return `kong sends GET ${withoutQuery(way.read.url)} and ${way.write.method} ${withoutQuery(way.write.url)}`;
    case 'parameter':
      return `kong sets ${way.parameter} in ${way.region}`;
  }
}
