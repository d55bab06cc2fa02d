import type { Cloud } from '../aws/cloud.js';
import { followerOf, type Aftermath, type Following } from '../changes/aftermath.js';
import type { AnyChange, IrreversibleChange, IrreversibleKind } from '../model/change.js';
import { messageOf } from '../model/errors.js';
import type { Clock } from '../model/ports.js';
import { resourceKey } from '../model/resource.js';
import type { RunEventBody } from '../model/run.js';

/** What became of one act, and when that was first seen. */
export interface Consequence {
  readonly change: IrreversibleChange;
  /** Milliseconds since the epoch. */
  readonly actedAtMs: number;
  /** Undefined: can't be told. */
  readonly aftermath: Aftermath | undefined;
  /** When it was first seen to be replaced; undefined: it is not. */
  readonly replacedAtMs: number | undefined;
}

interface Followed {
  readonly changes: readonly IrreversibleChange[];
  readonly following: Following;
}

/** Follows what the system does about what can't be undone, from just before the act to the end of the drill. */
export class Consequences {
  private readonly followed: Followed[] = [];
  private readonly known = new Map<string, Consequence>();
  private readonly ports: Ports;

  constructor(ports: Ports) {
    this.ports = ports;
  }

  /** Reads what is there before a step acts; a step that can be undone costs no call. */
  async before(changes: readonly AnyChange[]): Promise<void> {
    const { cloud, clock } = this.ports;
    const acts = changes.filter((change) => change.kind === 'irreversible');
    for (const own of alike(acts)) {
      const [first] = own;
      if (!first) continue;
      const following = await followerOf(first.attribute).begin(own, cloud);
      this.followed.push({ changes: own, following });
      for (const change of own) {
        const unknown = { aftermath: undefined, replacedAtMs: undefined };
        this.known.set(change.id, { change, actedAtMs: clock.now(), ...unknown });
      }
    }
  }

  /** Whether something is still to come. */
  isWaiting(): boolean {
    return this.all().some(({ aftermath }) => aftermath === undefined || aftermath.state === 'waiting');
  }

  /** Reads how things stand, where something is still to come. A read that fails leaves what was known. */
  async look(): Promise<void> {
    if (!this.isWaiting()) return;
    for (const { following } of this.followed) {
      try {
        const seen = await following.look(this.ports.cloud);
        for (const [id, aftermath] of seen) this.note(id, aftermath);
      } catch (error) {
        const message = `what became of what can't be undone could not be read: ${messageOf(error)}`;
        this.ports.emit({ type: 'warning', message });
      }
    }
  }

  /** Each act that took place, or may have, with what became of it. */
  all(): readonly Consequence[] {
    return [...this.known.values()].filter(({ change }) => this.ports.tookPlace(change.id) !== 'no');
  }

  private note(id: string, aftermath: Aftermath): void {
    const known = this.known.get(id);
    if (!known || known.aftermath?.state === 'replaced' || this.ports.tookPlace(id) === 'no') return;
    const nowMs = this.ports.clock.now();
    const isReplaced = aftermath.state === 'replaced';
    this.known.set(id, { ...known, aftermath, replacedAtMs: isReplaced ? nowMs : undefined });
    if (!isReplaced) return;
    const { change, actedAtMs } = known;
    const afterSeconds = (nowMs - actedAtMs) / 1_000;
    this.ports.emit({ type: 'replaced', resource: resourceKey(change.resource), by: aftermath.by, afterSeconds });
  }
}

interface Ports {
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly emit: (event: RunEventBody) => void;
  /** Whether an act, by its change's id, took place. */
  readonly tookPlace: (change: string) => 'yes' | 'no' | 'unknown';
}

/** Acts of one kind in one region each. */
function alike(acts: readonly IrreversibleChange[]): readonly (readonly IrreversibleChange[])[] {
  const kinds = new Map<string, IrreversibleChange[]>();
  for (const act of acts) {
    const key: `${IrreversibleKind} ${string}` = `${act.attribute} ${act.resource.region}`;
    kinds.set(key, [...(kinds.get(key) ?? []), act]);
  }
  return [...kinds.values()];
}
