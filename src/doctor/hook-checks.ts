import { DescribeDocumentCommand } from '@aws-sdk/client-ssm';
import type { Cloud } from '../aws/cloud.js';
import type { Switches } from '../changes/switches.js';
import { failed, ok, unknown, type Check } from '../model/checkup.js';
import { KongError } from '../model/errors.js';
import type { HookCall, HookDefinition, HookDocument } from '../model/hook.js';
import { withoutQuery } from '../model/switch.js';
import type { Environment } from '../plan/environment.js';

/** What hooks are looked at with. */
export interface HookLooking {
  readonly cloud: Cloud;
  readonly switches: Switches;
  readonly environment: Pick<Environment, 'on' | 'amazon'>;
  /** In which it may be called. */
  readonly regions: readonly string[];
}

/** What is in the way of a call; `unknown`: nobody could tell. */
interface Trouble {
  readonly status: 'failed' | 'unknown';
  readonly why: string;
}

/**
 * Whether each hook of kong.yaml could be called, and undone: its program is there, its endpoint takes connections, its
 * document exists and has the parameters that it is given. None is called.
 */
export function hookChecks(hooks: readonly HookDefinition[], looking: HookLooking): Promise<readonly Check[]> {
  return Promise.all(hooks.map((hook) => hookCheck(hook, looking)));
}

async function hookCheck(hook: HookDefinition, looking: HookLooking): Promise<Check> {
  const calls = [{ call: hook.call, what: '' }, ...(hook.undo ? [{ call: hook.undo, what: 'its undo: ' }] : [])];
  const found = await Promise.all(
    calls.map(async ({ call, what }) => {
      const troubles = await troublesOf(hook, call, looking);
      return troubles.map(({ status, why }) => ({ status, why: `${what}${why}` }));
    }),
  );
  const name = `hook ${hook.name}`;
  const troubles = found.flat();
  const whys = (all: readonly Trouble[]): string => [...new Set(all.map(({ why }) => why))].join('; ');
  const bad = troubles.filter(({ status }) => status === 'failed');
  const fix = `mend ${hook.name} in kong.yaml, or what it calls`;
  if (bad.length > 0) return failed(name, whys(bad), { code: 'REFUSED', fix });
  if (troubles.length > 0) return unknown(name, whys(troubles));
  return ok(name, `${thereText(hook.call)}${hook.undo ? `; its undo ${thereText(hook.undo)}` : ', and has no undo'}`);
}

function thereText(call: HookCall): string {
  switch (call.kind) {
    case 'command':
      return `${JSON.stringify(call.argv[0] ?? '')} is there`;
    case 'http':
      return `${withoutQuery(call.request.url)} takes connections`;
    case 'ssm':
      return `document ${call.document} is there`;
  }
}

async function troublesOf(hook: HookDefinition, call: HookCall, looking: HookLooking): Promise<readonly Trouble[]> {
  if (looking.regions.length === 0) return [{ status: 'unknown', why: 'no region is named in which it is called' }];
  const all = await Promise.all(
    looking.regions.map(async (region): Promise<Trouble | undefined> => {
      if (call.kind === 'ssm') return documentTrouble(call, region, looking);
      const why = await looking.switches.hooks?.whyOutOfReach({ definition: hook, call, region });
      return why === undefined ? undefined : { status: 'failed', why };
    }),
  );
  return all.flatMap((one) => one ?? []);
}

async function documentTrouble(
  { document, parameters }: HookDocument,
  region: string,
  { cloud, environment }: HookLooking,
): Promise<Trouble | undefined> {
  try {
    const { Document } = await cloud.ssm(region).send(new DescribeDocumentCommand({ Name: document }));
    const why = whyUnfit(Object.keys(parameters), Document?.Parameters ?? []);
    return why === undefined ? undefined : { status: 'failed', why: `document ${document} in ${region} ${why}` };
  } catch (error) {
    if (!(error instanceof KongError)) throw error;
    // an emulator has none of AWS's own
    const isKnown = environment.on === 'sim' || environment.amazon;
    const isAbsent = error.code === 'AWS_REJECTED' && isKnown;
    return { status: isAbsent ? 'failed' : 'unknown', why: error.message };
  }
}

interface DocumentParameter {
  readonly Name?: string | undefined;
  readonly DefaultValue?: string | undefined;
}

function whyUnfit(given: readonly string[], parameters: readonly DocumentParameter[]): string | undefined {
  const odd = given.find((name) => !parameters.some(({ Name }) => Name === name));
  if (odd !== undefined) return `has no parameter ${odd}`;
  const absent = parameters.find(({ Name = '', DefaultValue }) => DefaultValue === undefined && !given.includes(Name));
  return absent && `needs the parameter ${absent.Name ?? ''}`;
}
