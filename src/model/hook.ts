import type { EffectLimits, HttpWrite } from './switch.js';

/** Something of the user's own that kong calls in each surviving region, as kong.yaml defines it. */
export interface HookDefinition extends EffectLimits {
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly call: HookCall;
  /** What takes it back; it may come twice. Undefined: nothing has to. */
  readonly undo: HookCall | undefined;
}

/** How a hook is called. `{region}` stands for the surviving region. */
export type HookCall =
  | { readonly kind: 'http'; readonly request: HttpWrite }
  /** A program and its arguments; never a line for a shell. */
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | HookDocument;

/** A document of Systems Manager that is run on instances. */
export interface HookDocument {
  readonly kind: 'ssm';
  readonly document: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** Of the instances on which it runs; at least one tag, each with the values that it may have. */
  readonly tags: Readonly<Record<string, readonly string[]>>;
}

/** What stands for the surviving region. */
export const REGION = '{region}';
