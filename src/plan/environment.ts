import type { ResolverSettings } from '../model/resolution.js';

/** Where a drill would run, and what is allowed there. */
export interface Environment {
  readonly on: 'sim' | 'aws';
  /** For people: `simulated world streaming`, `Amazon, account 123456789012`, `http://127.0.0.1:5555`. */
  readonly where: string;
  /** The endpoint that the clients use; undefined: the SDK's own. */
  readonly endpoint: string | undefined;
  readonly account: string;
  /** Whether this is Amazon itself, or an endpoint that is not on this machine: going there is a written decision. */
  readonly amazon: boolean;
  /** What kong.yaml allows; asked for only where `amazon`. */
  readonly allowed: { readonly accounts: readonly string[]; readonly regions: readonly string[] };
  /** The tag that a target must carry; undefined: none needed. */
  readonly optIn: { readonly key: string; readonly value: string } | undefined;
  /** The IAM role by which AWS FIS acts, from kong.yaml. */
  readonly fisRole?: string;
  /** The resolver of kong.yaml; undefined: it names none, or this is the simulator, which has none. */
  readonly resolver?: ResolverSettings;
}

/** The tag by which a resource is never touched, whatever else it says. */
export const PROTECT_TAG = 'kong:protect';
