import type { HookCall, HookDocument } from '../model/hook.js';
import { withoutQuery, type EffectLimits, type SwitchEffects } from '../model/switch.js';
import { missingSecret } from './switch-http.js';

/** What kong calls by itself: a program, or an endpoint. */
export type OwnCall = Exclude<HookCall, HookDocument>;

/** With what it is looked for. */
export interface Looking {
  readonly effects: SwitchEffects;
  readonly limits: Pick<EffectLimits, 'timeoutMs'>;
  /** Puts what stands for something in a text in its place. */
  readonly fill: (text: string) => string;
}

/**
 * Why a program or an endpoint could not be called now; undefined: it could. Calls nothing: a program is looked for, an
 * endpoint is connected to, and secrets are there.
 */
export async function whyOutOfReach(call: OwnCall, looking: Looking): Promise<string | undefined> {
  const { effects, limits, fill } = looking;
  if (call.kind === 'command') {
    const program = fill(call.argv[0] ?? '');
    const why = effects.whyNotRunnable(program);
    return why === undefined ? undefined : `${JSON.stringify(program)} ${why}`;
  }
  const { url, headers } = call.request;
  const secret = missingSecret(headers, effects);
  if (secret !== undefined) return secret.message;
  const why = await effects.whyNotReached(fill(url), limits.timeoutMs);
  return why === undefined ? undefined : `${withoutQuery(fill(url))} ${why}`;
}
