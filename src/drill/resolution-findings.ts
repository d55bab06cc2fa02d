import type { NameSeen } from '../model/resolution.js';
import type { Result } from '../model/run.js';
import type { Ended } from './ended.js';

type Finding = Result['findings'][number];

/** Enough names to know which. */
const NAMED = 5;

/** Names that still lead to the region later than caches may keep them: the shift has not happened for some members. */
export function stillResolved({ resolution }: Pick<Ended, 'resolution'>): readonly NameSeen[] {
  return resolution?.checked === true ? resolution.names.filter(({ moved }) => moved?.state === 'still') : [];
}

/** What a drill taught of who follows its shift, and its return. */
export function resolutionFindings(ended: Ended): readonly Finding[] {
  const { resolution, stop } = ended;
  if (resolution?.checked !== true) return [];
  const { resolver, region, names } = resolution;
  const still = stillResolved(ended);
  const absent = names.filter(({ returned }) => returned?.state === 'absent');
  // what is stopped early was given no time
  const isWhole = stop?.kind === 'completed' || stop?.kind === 'left';
  const unknown = isWhole ? names.flatMap((name) => unknownOf(name, region)) : [];
  return [
    ...finding(
      'still-resolved',
      still.map((name) => stillText(name, { region, resolver })),
      'those members never left: find out who keeps answers longer than their time to live',
    ),
    ...finding(
      'not-resolved-back',
      absent.map((name) => absentText(name, { region, resolver })),
      'a cache may have kept another answer: look again; if it stays so, the return has not reached those members',
    ),
    ...finding(
      'resolution-unknown',
      unknown.map((text) => `${text} (${resolver})`),
      'give kong.yaml a resolver that answers for them, and the drill a hold longer than their time to live',
    ),
  ];
}

function finding(id: string, evidence: readonly string[], suggestion: string): readonly Finding[] {
  if (evidence.length === 0) return [];
  const more = evidence.length > NAMED ? ` and ${evidence.length - NAMED} more names` : '';
  return [{ id, evidence: `${evidence.slice(0, NAMED).join('; ')}${more}`, suggestion }];
}

interface Place {
  readonly region: string;
  readonly resolver: string;
}

function stillText({ name, type, moved, ttlSeconds }: NameSeen, { region, resolver }: Place): string {
  const { asked = 0, region: leading = 0, afterSeconds = 0 } = moved ?? {};
  const when = `${Math.round(afterSeconds)}s after the shift, with a time to live of ${ttlSeconds}s`;
  return `${leading} of ${asked} answers of ${resolver} for ${name} ${type} still led to ${region} ${when}`;
}

function absentText({ name, type, returned, ttlSeconds, share }: NameSeen, { region, resolver }: Place): string {
  const { asked = 0, afterSeconds = 0 } = returned ?? {};
  const luck = (1 - share) ** (1 + Math.floor(ttlSeconds > 0 ? afterSeconds / ttlSeconds : asked));
  const chance = luck > 0 ? `; of a cache that would be chance once in ${Math.round(1 / luck)}` : '';
  const when = `${Math.round(afterSeconds)}s after the return`;
  return `0 of ${asked} answers of ${resolver} for ${name} ${type} led to ${region} ${when}, ${percent(share)} do by weight${chance}`;
}

function unknownOf(name: NameSeen, region: string): readonly string[] {
  const { moved, returned, ttlSeconds } = name;
  const what = `${name.name} ${name.type}`;
  if (moved?.state === 'unknown') {
    const early = `${moved.region} of ${moved.asked} answers led to ${region} ${Math.round(moved.afterSeconds)}s after the shift, and caches may keep them for ${ttlSeconds}s`;
    return [`whether ${what} left ${region} is not known: ${moved.region > 0 ? early : (moved.why ?? 'not asked')}`];
  }
  if (returned?.state !== 'unknown') return [];
  return [`whether ${what} is back in ${region} is not known: ${returned.why ?? 'not asked'}`];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
