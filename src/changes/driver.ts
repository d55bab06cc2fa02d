import type { Cloud } from '../aws/cloud.js';
import type { WritePermit } from '../aws/guard.js';
import { isCreatedRef, type AttributeKind, type Change } from '../model/change.js';
import { KongError } from '../model/errors.js';
import { sameJson, type Json } from '../model/json.js';
import { resourceKey, type ResourceRef } from '../model/resource.js';
import type { UndoTagsByHandle } from './creation-tags.js';
import type { Look } from './look.js';
import type { Switches } from './switches.js';

/**
 * How one kind of attribute is read and written. Written once per attribute; faults only name values.
 */
export interface Driver {
  readonly attribute: AttributeKind;
  /** The most changes that one `write` takes. */
  readonly batchSize: number;
  /** Calls a second that Amazon lets through for long, rounded down: what a worst case may count on. */
  readonly callsPerSecond: number;
  /** How long it takes to arrive after its last call: a stopping instance must have stopped before it starts. */
  readonly arrivesSeconds?: number;
  /** The same for the way back, where it depends on what is put back. */
  undoArrivesSeconds?(changes: readonly Change[]): number;
  /**
   * How long after it was taken away more of it may come, which is then taken away as well: until then it does not
   * count as gone.
   */
  readonly lateSeconds?: number;
  readonly role: Role;
  /** Where it depends on what is changed, by the change's memo. */
  roleFor?(memo: Json): Role;
  /** What a run's values come to together, where each adds to what the others set; else the last one counts. */
  together?(ours: readonly Json[]): Json;
  /** What it cuts goes on serving whoever else asks: it is hit, and no capacity is lost. */
  readonly spares?: true;
  /** Whether somebody should know when the resource is not there any more at an undo. */
  readonly gone: 'conflict' | 'fine';
  /** API calls, beside shared reads, that writing this many changes of one batch costs: for the forecast. */
  callsFor(changes: number): number;
  /** The calls of an undo, where they depend on the values; without it as many as for writing. */
  undoCallsFor?(changes: readonly Change[]): number;
  /** What someone else's value means at an undo: a conflict to report, or the system's own business. */
  readonly foreign: 'conflict' | 'leave';
  /**
   * Whether an undo does no harm while reads still show what was before an earlier write: otherwise it waits until
   * they can't.
   */
  readonly repeatable: boolean;
  /** Each resource is read by itself: one that can't be read does not keep the others. */
  readonly readsApart?: true;
  /** Changes with the same key may share a `write`. */
  batchKey(resource: ResourceRef): string;
  /**
   * What the attribute of some resources of one region is now, by `resource.id`. A resource that is not there any
   * more is absent. In bulk, never one by one.
   */
  readMany(resources: readonly ResourceRef[], context: ReadContext): Promise<ReadonlyMap<string, Json>>;
  /**
   * Sets each attribute. Succeeds for some and fails for others where the API works one by one. Repeating it, by the
   * rule of `repeatable`, does no harm.
   */
  write(batch: readonly Write[], context: WriteContext): Promise<readonly WriteOutcome[]>;
  /** Where a value stands between before and after. */
  relate(write: Attribute, current: Json): Relation;
  /** Why a value that was read will never become what was set: the drill need not wait for it. */
  failure?(current: Json): string | undefined;
  /** For what goes on by itself once it is begun: how the latest of it stands, by `resource.id`. */
  standingOf?(resources: readonly ResourceRef[], context: ReadContext): Promise<ReadonlyMap<string, Standing>>;
  /**
   * Of changes that were answered as on their way, by their names in `WriteOutcome.pending`, those that have not
   * reached everybody yet.
   */
  stillPending?(ids: readonly string[], context: ReadContext): Promise<readonly string[]>;
  /** For drivers that create: ids of what this run created in some regions, by handle, found by tags alone. */
  findCreated?(regions: readonly string[], context: ReadContext): Promise<ReadonlyMap<string, string>>;
}

/**
 * What part an attribute plays in a drill, and so when it is put back. `cut`: what is broken, first. `healing`: what
 * would act on what is broken, not before that is whole again. `isolation`: what keeps the broken and the whole apart,
 * once all is whole, and before traffic comes back. `made`: something created, once nothing refers to it.
 * `traffic`: not sent back to what can't serve it. `capacity`: not taken from under the traffic, so last.
 */
export type Role = 'cut' | 'healing' | 'isolation' | 'made' | 'traffic' | 'capacity';

/** One attribute with its history: the first value, and every value that kong set. */
export interface Attribute {
  readonly before: Json;
  /** Every value that is ours, oldest first; the last is what it should be now. */
  readonly ours: readonly Json[];
}

/**
 * `before` and `after`: as it was, as we set it (any of our values). `partly`: some of what we set. `moving`: on its
 * way, read again. `foreign`: someone else's value, never overwritten.
 */
export type Relation = 'before' | 'after' | 'partly' | 'moving' | 'foreign';

/**
 * How something stands that goes on by itself. `over`: it came to its own end. `broken`: somebody or something else
 * ended it, or it could not begin.
 */
export type Standing =
  | { readonly kind: 'beginning' | 'going' }
  | { readonly kind: 'over'; readonly why: string }
  | {
      readonly kind: 'broken';
      readonly why: string;
      /** Alarms, of which one was to end it and did: what was asked for. */
      readonly alarms?: readonly string[];
    };

/** What a driver reads with. */
export interface ReadContext {
  readonly cloud: Cloud;
  /** The run, whose id the tags of created resources carry. */
  readonly run: string;
  /** Ids of what this run created, by handle: what `{ $created: HANDLE }` stands for. */
  readonly created: ReadonlyMap<string, string>;
  /** The switches of kong.yaml; undefined: it has none. */
  readonly switches?: Switches | undefined;
  /** What the time is, milliseconds since the epoch; undefined: what ends by itself is not taken to have ended. */
  readonly nowMs?: number;
  /** Listings that were read for it are read once; undefined: each reads for itself. */
  readonly look?: Look | undefined;
}

/** What a driver writes with: the same, and the right to. */
export interface WriteContext extends ReadContext {
  readonly permit: WritePermit;
  /** When what is created here may be taken for abandoned, ISO 8601. */
  readonly expiresAt: string;
  /** What the tags of a created resource say of the run's undo. */
  readonly undoTags?: UndoTagsByHandle | undefined;
}

/** One attribute to be set, to either of its values. */
export interface Write {
  /** The change's id, for the answer. */
  readonly change: string;
  readonly resource: ResourceRef;
  readonly before: Json;
  readonly after: Json;
  /** As in the change; null without one. */
  readonly memo: Json;
  /** `after`: inject. `before`: undo. */
  readonly to: 'before' | 'after';
}

/** What became of one write. */
export type WriteOutcome =
  | {
      readonly change: string;
      readonly ok: true;
      readonly created?: string;
      /** Taken, and on its way to where it counts: the service's name for that, for `Driver.stillPending`. */
      readonly pending?: string;
    }
  | { readonly change: string; readonly ok: false; readonly error: unknown };

/** A value with a stand-in for a created resource replaced by its id, where that is known. */
export function resolved(value: Json, created: ReadonlyMap<string, string>): Json {
  return isCreatedRef(value) ? (created.get(value.$created) ?? value) : value;
}

/** Relation for attributes that hold one plain value. */
export function relatePlain({ before, ours }: Attribute, current: Json): Relation {
  if (sameJson(current, before)) return 'before';
  return ours.some((value) => sameJson(value, current)) ? 'after' : 'foreign';
}

/** Sends each write by itself, side by side; the limiter paces them. */
export async function writeEach(
  batch: readonly Write[],
  send: (write: Write) => Promise<unknown>,
): Promise<readonly WriteOutcome[]> {
  return Promise.all(
    batch.map(async (write) => {
      try {
        await send(write);
        return { change: write.change, ok: true as const };
      } catch (error) {
        return { change: write.change, ok: false as const, error };
      }
    }),
  );
}

/** Sends all writes in one call: they succeed or fail together. */
export async function writeTogether(
  batch: readonly Write[],
  send: () => Promise<unknown>,
): Promise<readonly WriteOutcome[]> {
  try {
    await send();
    return batch.map(({ change }) => ({ change, ok: true as const }));
  } catch (error) {
    return batch.map(({ change }) => ({ change, ok: false as const, error }));
  }
}

/** So few are sent one by one where they were refused together; more are halved. */
const FEW = 8;

/**
 * Sends all writes in one call; where AWS refuses that call, puts back what it can in smaller ones, down to one by
 * one: one that can't be put back must not keep the others. An injection stays one call: it either happens or does not.
 */
export async function writeTogetherOrEach(
  batch: readonly Write[],
  send: (writes: readonly Write[]) => Promise<unknown>,
): Promise<readonly WriteOutcome[]> {
  const outcomes = await writeTogether(batch, () => send(batch));
  const refused = outcomes.some((outcome) => !outcome.ok && isRefusal(outcome.error));
  if (!refused || batch.length < 2 || batch.some((write) => write.to === 'after')) return outcomes;
  if (batch.length <= FEW) return writeEach(batch, (write) => send([write]));
  const middle = Math.ceil(batch.length / 2);
  const halves = [batch.slice(0, middle), batch.slice(middle)];
  return (await Promise.all(halves.map((half) => writeTogetherOrEach(half, send)))).flat();
}

/** Whether the call itself was the trouble, and not the way to AWS. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof KongError)) return false;
  return error.code === 'AWS_REJECTED' || error.code === 'NOT_FOUND' || error.code === 'AWS_SERVICE';
}

/**
 * What attributes are now, by `resourceKey`: region by region, since a name may stand for one thing in each.
 *
 * @throws KongError as the driver does
 */
export async function readAttributes(
  driver: Driver,
  resources: readonly ResourceRef[],
  context: ReadContext,
): Promise<ReadonlyMap<string, Json>> {
  const read = await Promise.all(
    byRegion(resources).map(async ([, own]) => {
      const values = await driver.readMany(own, context);
      return own.flatMap((resource) => {
        const value = values.get(resource.id);
        return value === undefined ? [] : [[resourceKey(resource), value] as const];
      });
    }),
  );
  return new Map(read.flat());
}

/** Resources by region, since clients are regional. */
export function byRegion(resources: readonly ResourceRef[]): readonly (readonly [string, readonly ResourceRef[]])[] {
  const regions = [...new Set(resources.map((resource) => resource.region))];
  return regions.map((region) => [region, resources.filter((resource) => resource.region === region)] as const);
}
