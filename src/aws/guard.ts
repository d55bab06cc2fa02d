/** Proof that changes are in the journal, on disk. Made by `drill/journal.ts` alone. */
export interface Journaled {
  readonly changes: readonly string[];
  /** Looked at before each call that is sent because of them; throws where it must not leave any more. */
  readonly fence?: () => void;
}

/**
 * The right to send the mutating calls of some journaled changes. It ends when its signal fires: a call that still
 * waits for its turn is then not sent any more, so that nothing is injected after a rollback began.
 */
export interface WritePermit {
  readonly signal: AbortSignal;
  /** Throws where a call under this permit must not leave any more. */
  readonly fence: () => void;
  /** Marks a command as sent under this permit, and returns it. */
  for<C extends { readonly input: object }>(command: C): C;
}

const permits = new WeakMap<object, WritePermit>();

/**
 * Permits the calls that carry out journaled changes. Only what applies them, goes on with them or undoes
 * them, in `drill/`, may ask.
 *
 * @param journaled - what is on disk about them; without any change in it, nothing is permitted
 */
export function permitFor(journaled: Journaled, signal: AbortSignal): WritePermit {
  const permit: WritePermit = {
    signal,
    fence: () => journaled.fence?.(),
    for: (command) => {
      if (journaled.changes.length > 0) permits.set(command.input, permit);
      return command;
    },
  };
  return permit;
}

/**
 * Permits one call of EC2's that only asks whether it would be permitted: `DryRun` must still be set when it leaves.
 * Only `aws/dry-run.ts` may ask, which lets none go anywhere but to Amazon.
 */
export function permitDryRun({ input }: { readonly input: { readonly DryRun?: boolean | undefined } }): void {
  permits.set(input, {
    signal: new AbortController().signal,
    fence: () => {
      if (input.DryRun !== true) throw new UnpermittedWrite('a call without DryRun');
    },
    for: (command) => command,
  });
}

/** The permit under which a command's input was sent, if any. */
export function permitOf(input: object): WritePermit | undefined {
  return permits.get(input);
}

/** A mutating call that no driver sent: always a bug in kong, caught before it leaves. */
export class UnpermittedWrite extends Error {
  override readonly name = 'UnpermittedWrite';
  constructor(commandName: string) {
    super(`${commandName} changes the cloud and was not sent by a driver applying a journaled change`);
  }
}
