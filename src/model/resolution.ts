/** A resolver that stands for those of the members, as kong.yaml gives it. */
export interface ResolverSettings {
  /** An address, with a port where it is not 53: `10.0.0.2`, `127.0.0.1:5353`, `[::1]:5353`. */
  readonly address: string;
  /** How often it is asked for each name, each time that kong looks. */
  readonly samples: number;
  /** How long one answer may take, milliseconds. */
  readonly timeoutMs: number;
}

/** What can be asked for. */
export type AskableType = 'A' | 'AAAA' | 'CNAME';

/** One question. */
export interface Question {
  /** Without its final dot. */
  readonly name: string;
  readonly type: AskableType;
}

/** What came back. `silent`: nothing did, in time. `none`: an answer that leads nowhere, or is no answer. */
export type DnsAnswer =
  | { readonly kind: 'values'; readonly values: readonly string[] }
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'silent'; readonly why: string };

/** Asks a resolver once. Never throws: what goes wrong is an answer too. */
export type AskResolver = (question: Question) => Promise<DnsAnswer>;

/** Gets ready to ask a resolver; nothing is sent yet. */
export type OpenResolver = (settings: ResolverSettings) => AskResolver;

/** What a plan says of how a drill will see whether members follow a shift, by DNS. */
export type ResolutionPlan =
  | {
      readonly checked: false;
      /** Why nobody looks. */
      readonly why: string;
    }
  | {
      readonly checked: true;
      readonly resolver: ResolverSettings;
      /** The region that the traffic leaves. */
      readonly region: string;
      readonly names: readonly MovedName[];
    };

/** One name that a shift moves, and what each of its answers says of where it leads. */
export interface MovedName {
  /** As it is asked for. */
  readonly name: string;
  /** `A`, `AAAA`, `CNAME`; others exist, and can't be asked for. */
  readonly type: string;
  /** How long caches may keep an answer. */
  readonly ttlSeconds: number;
  /** The region's share of the answers as it was before the drill, and is after the return: 0..1. */
  readonly share: number;
  readonly leads: readonly Lead[];
}

/** Where an answer leads. */
export interface Lead {
  /** null: elsewhere, or it can't be told; in any case not to the region that the traffic leaves. */
  readonly region: string | null;
  readonly target: RecordTarget;
}

/** What a record answers with. */
export type RecordTarget =
  | {
      readonly kind: 'values';
      /** Addresses, or another name. */
      readonly values: readonly string[];
    }
  /** The addresses that another name has now. */
  | { readonly kind: 'alias'; readonly name: string };

/** When a resolver was looked at: before the shift, after it, after the return. */
export type ResolutionStage = 'before' | 'moved' | 'returned';

/** How the answers for one name were, at one look. */
export interface AnswerCounts {
  readonly asked: number;
  /** Lead to the region that the traffic leaves, or comes back to. */
  readonly region: number;
  readonly elsewhere: number;
  /** Did not come, or can't be attributed. */
  readonly unknown: number;
  /** Why the first of those is not known; null: there are none. */
  readonly why: string | null;
}

/** One name at one look, with its last answers. */
export interface NameCounts extends AnswerCounts {
  readonly name: string;
  readonly type: string;
}

/**
 * What became of a name. `gone`: no answer leads to the region any more. `still`: some did later than caches may keep
 * them, whatever came then.
 * `back`: some lead there again. `absent`: none does. `unknown` is never a pass.
 */
export interface StageSeen<State extends string> extends AnswerCounts {
  readonly state: State | 'unknown';
  /**
   * From Route 53 being in sync to when it was so first, and for good; of `still`, `absent` and `unknown` to the last
   * look.
   */
  readonly afterSeconds: number;
}

/** What a resolver said of the names that a drill moved. */
export type ResolutionSeen =
  | { readonly checked: false; readonly why: string }
  | { readonly checked: true; readonly resolver: string; readonly region: string; readonly names: readonly NameSeen[] };

/** What a resolver said of one name. null: nobody looked, since it did not come to that. */
export interface NameSeen {
  readonly name: string;
  readonly type: string;
  readonly ttlSeconds: number;
  /** As in the plan: 0..1. */
  readonly share: number;
  readonly before: AnswerCounts | null;
  readonly moved: StageSeen<'gone' | 'still'> | null;
  readonly returned: StageSeen<'back' | 'absent'> | null;
}

/** What caches may keep, and as much again. */
const TIMES_TTL = 2;
/** A time to live of a day would hold a drill up for two. */
const LONGEST_WAIT_MS = 600_000;

/** How long caches may keep what is known of any of these names; milliseconds. */
export function ttlMsOf(names: readonly MovedName[]): number {
  return Math.max(0, ...names.map(({ ttlSeconds }) => ttlSeconds)) * 1_000;
}

/** How long at most a drill waits for resolvers to follow; milliseconds. */
export function waitMsOf(names: readonly MovedName[]): number {
  return Math.min(TIMES_TTL * ttlMsOf(names), LONGEST_WAIT_MS);
}

/** Whether records of a type can be asked for. */
export function isAskable(type: string): type is AskableType {
  return type === 'A' || type === 'AAAA' || type === 'CNAME';
}

/** A value as it is compared: names in small letters without their final dot, addresses in their one short form. */
export function comparable(value: string): string {
  const plain = value.trim().toLowerCase().replace(/\.$/, '');
  if (!plain.includes(':')) return plain;
  const url = `http://[${plain}]/`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : plain;
}
