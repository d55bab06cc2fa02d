import type { Cloud } from '../aws/cloud.js';

/** How long the credentials that kong sends its calls with are good for. */
export interface CredentialsLife {
  /** Milliseconds since the epoch; undefined: they do not say. */
  readonly expiresAtMs: number | undefined;
  /** Whether they are of a session, and so end sometime. */
  readonly temporary: boolean;
  /** Whether where they come from gives new ones by itself: the role of a machine, one that is assumed, a sign-on. */
  readonly renewed: boolean;
}

/** What the SDK notes of credentials that somebody wrote down: variables, a profile's own keys, given in code. */
const WRITTEN_DOWN = ['CREDENTIALS_ENV_VARS', 'CREDENTIALS_PROFILE', 'CREDENTIALS_CODE'];
/** What it notes beside, where those were only used to assume a role. */
const ASSUMED = 'CREDENTIALS_PROFILE_SOURCE_PROFILE';

/** Asks the SDK's own chain for the credentials, of which nothing but their end is kept. */
export async function readCredentialsLife(cloud: Cloud): Promise<CredentialsLife> {
  const credentials = await cloud.sts().config.credentials();
  const source: unknown = Reflect.get(credentials, '$source');
  const noted = typeof source === 'object' && source !== null ? Object.keys(source) : [];
  return {
    expiresAtMs: credentials.expiration?.getTime(),
    temporary: credentials.sessionToken !== undefined,
    renewed: noted.includes(ASSUMED) || !noted.some((one) => WRITTEN_DOWN.includes(one)),
  };
}
