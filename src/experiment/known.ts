import type { Params, ParamValues } from '../model/param.js';

/** A fault as the parser checks it. */
export interface FaultSpec {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly params: Params;
  /** Whether all traffic must have been shifted away before it. */
  readonly afterShift?: boolean;
  /** Parameters of which there must be one, and one alone. */
  readonly exactlyOne?: readonly string[];
  /** Whether it goes on until it is restored; else nothing of it can be put back. */
  readonly lasting?: boolean;
  /** Parameters that must not have the same value. */
  readonly different?: readonly string[];
  /** Whether AWS FIS acts for it, by a role that kong has to name. */
  needsFisRole?(params: ParamValues): boolean;
  /** Whether AWS FIS can carry it out. */
  readonly byFis?: boolean;
}

/** A switch of kong.yaml as the parser checks it. */
export interface SwitchSpec {
  readonly name: string;
  readonly role: 'traffic' | 'isolation';
  /** Undefined: it may have any value. */
  readonly values: readonly string[] | undefined;
}

/** The names that an experiment may use and that the parser can't know by itself. */
export interface Known {
  readonly faults: readonly FaultSpec[];
  /** Undefined: kong.yaml has none. */
  readonly switches?: readonly SwitchSpec[];
  /** Whether kong.yaml names a role for AWS FIS; undefined: nobody looked. */
  readonly fisRole?: boolean;
  /** The hooks of kong.yaml; undefined: it has none. */
  readonly hooks?: readonly { readonly name: string }[];
}
