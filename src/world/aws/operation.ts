import type { SimState } from './sim-state.js';

/** Where and in what state a command is answered. */
export interface CallContext {
  readonly sim: SimState;
  readonly region: string;
}

/**
 * One simulated operation. Declared as a method, whose parameter TypeScript compares in both directions: this is
 * where the untyped input of a call meets handlers typed with the SDK's own inputs. The name of the command vouches
 * for it.
 */
export type Operation = { handle(input: unknown, context: CallContext): object }['handle'];

/** Operations by the class names of their commands. */
export type Operations = Readonly<Record<string, Operation>>;

/** An SDK output without what the transport adds. */
export type Answer<Output> = Omit<Output, '$metadata'>;
