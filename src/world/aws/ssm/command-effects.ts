import type { CommandRow } from '../command-rows.js';
import type { InstanceRow } from '../rows.js';
import { effectOf } from './documents.js';
import type { DocumentHost } from './documents.js';
import { bothEffects, type Effect } from './effects.js';

/** What the commands that run do to the instances they run on, kept as the commands change. */
export class CommandEffects {
  private readonly felt = new Map<string, Map<string, Effect>>();
  private readonly rangesOf: (instance: InstanceRow) => readonly string[];

  /** @param rangesOf - the ranges of addresses of an instance's VPC */
  constructor(rangesOf: (instance: InstanceRow) => readonly string[]) {
    this.rangesOf = rangesOf;
  }

  /** A command has changed; the instances that may feel it. */
  changed(
    after: CommandRow | undefined,
    before: CommandRow | undefined,
    instanceOf: (id: string) => InstanceRow | undefined,
  ): readonly InstanceRow[] {
    if (before) for (const { instance } of before.invocations) this.forget(instance, before.id);
    if (after) this.noteAll(after, instanceOf);
    return ((after ?? before)?.invocations ?? []).flatMap(({ instance }) => instanceOf(instance) ?? []);
  }

  /** What an instance feels; undefined: nothing. */
  of(instance: string): Effect | undefined {
    if (this.felt.size === 0) return undefined;
    const [first, ...others] = this.felt.get(instance)?.values() ?? [];
    return first && others.reduce(bothEffects, first);
  }

  private noteAll(
    { id, document, parameters, invocations }: CommandRow,
    instanceOf: (id: string) => InstanceRow | undefined,
  ): void {
    for (const { instance, isFelt } of invocations) {
      const host = isFelt ? instanceOf(instance) : undefined;
      if (host) this.note(instance, id, effectOf(document, parameters, hostOf(host, this.rangesOf(host))));
    }
  }

  private note(instance: string, command: string, effect: Effect): void {
    const own = this.felt.get(instance) ?? new Map<string, Effect>();
    own.set(command, effect);
    this.felt.set(instance, own);
  }

  private forget(instance: string, command: string): void {
    const own = this.felt.get(instance);
    own?.delete(command);
    if (own?.size === 0) this.felt.delete(instance);
  }
}

/** An instance as documents know it. */
export function hostOf({ type, tags, group }: InstanceRow, ranges: readonly string[] = []): DocumentHost {
  return { type, ranges, service: group?.split('/')[1] ?? tags.Name ?? '' };
}
