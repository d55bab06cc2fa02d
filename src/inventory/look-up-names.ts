import pLimit from 'p-limit';
import {
  comparable,
  isAskable,
  type AskableType,
  type AskResolver,
  type DnsAnswer,
  type Lead,
  type MovedName,
  type NameCounts,
} from '../model/resolution.js';

/** What to ask, whom, and how often. */
export interface LookUpRequest {
  readonly names: readonly MovedName[];
  /** The region that answers are counted for. */
  readonly region: string;
  readonly samples: number;
  readonly ask: AskResolver;
  /** The drill's own time, milliseconds. */
  readonly now: () => number;
  /** Grows from one look to the next. */
  readonly addresses: KnownAddresses;
}

/**
 * Every address that the target of an alias was seen to have: a cache may answer with one that the target has given
 * up.
 */
export type KnownAddresses = Map<string, Set<string>>;

/** Names that are asked for side by side: a resolver is shared, and this is no load test. */
const SIDE_BY_SIDE = 8;
/** The resolver of a VPC drops what is more than 1,024 packets a second; of many names each is asked less often. */
const QUESTIONS_A_LOOK = 1_000;
/** A look ends after this, whatever is missing. */
const LOOK_MS = 10_000;
const TOO_LONG: DnsAnswer = { kind: 'silent', why: `not asked any more after ${LOOK_MS / 1_000}s` };

/**
 * Asks a resolver for each name, several times, and counts where its answers lead. What can't be attributed to a record
 * is unknown. One that answers nothing at all is given up after its first silence.
 */
export async function lookUp(request: LookUpRequest): Promise<readonly NameCounts[]> {
  const ask = patient(request);
  const most = Math.max(1, Math.floor(QUESTIONS_A_LOOK / Math.max(1, request.names.length)));
  const samples = Math.min(request.samples, most);
  const limit = pLimit(SIDE_BY_SIDE);
  await Promise.all(targetsOf(request.names).map((target) => limit(() => learn(target, ask, request.addresses))));
  return Promise.all(request.names.map((name) => limit(() => sample(name, ask, { ...request, samples }))));
}

/** Asks as long as there is time, and somebody answers. */
function patient({ ask, now }: LookUpRequest): AskResolver {
  const begunMs = now();
  let hasHeard = false;
  let silence: DnsAnswer | undefined;
  return async (question) => {
    if (!hasHeard && silence) return silence;
    if (now() - begunMs > LOOK_MS) return TOO_LONG;
    const answer = await ask(question);
    if (answer.kind === 'silent') silence ??= answer;
    else hasHeard = true;
    return answer;
  };
}

interface AliasTarget {
  readonly name: string;
  readonly type: AskableType;
}

/** The targets of aliases, each once. */
function targetsOf(names: readonly MovedName[]): readonly AliasTarget[] {
  const all = names.flatMap(({ type, leads }) =>
    isAskable(type)
      ? leads.flatMap(({ target }) => (target.kind === 'alias' ? [{ type, name: comparable(target.name) }] : []))
      : [],
  );
  return [...new Map(all.map((target) => [keyOf(target.type, target.name), target])).values()];
}

async function learn(target: AliasTarget, ask: AskResolver, addresses: KnownAddresses): Promise<void> {
  const answer = await ask(target);
  if (answer.kind !== 'values') return;
  const key = keyOf(target.type, target.name);
  addresses.set(key, new Set([...(addresses.get(key) ?? []), ...answer.values.map(comparable)]));
}

async function sample(moved: MovedName, ask: AskResolver, request: LookUpRequest): Promise<NameCounts> {
  const { name, type } = moved;
  const none = { name, type, asked: 0, region: 0, elsewhere: 0, unknown: 0 };
  if (!isAskable(type)) return { ...none, why: `kong can't ask for ${type} records` };
  const leads: Where[] = [];
  for (let asked = 0; asked < request.samples; asked++) {
    const answer = await ask({ name, type });
    leads.push(whereTo(answer, moved, request));
    // the rest would only be waited for
    if (answer.kind === 'silent') break;
  }
  const counted = (kind: Where['kind']): number => leads.filter((lead) => lead.kind === kind).length;
  const [first] = leads.flatMap((lead) => (lead.kind === 'unknown' ? [lead.why] : []));
  const counts = { region: counted('region'), elsewhere: counted('elsewhere'), unknown: counted('unknown') };
  return { ...none, ...counts, asked: leads.length, why: first ?? null };
}

type Where =
  { readonly kind: 'region' } | { readonly kind: 'elsewhere' } | { readonly kind: 'unknown'; readonly why: string };

/** One value that leads to the region is enough: members may take it. */
function whereTo(answer: DnsAnswer, moved: MovedName, request: LookUpRequest): Where {
  if (answer.kind !== 'values') return { kind: 'unknown', why: answer.why };
  const each = answer.values.map((value) => whereOne(comparable(value), moved, request));
  return (
    each.find(({ kind }) => kind === 'region') ?? each.find(({ kind }) => kind === 'unknown') ?? { kind: 'elsewhere' }
  );
}

function whereOne(value: string, { type, leads }: MovedName, { region, addresses }: LookUpRequest): Where {
  const own = leads.filter((lead) => valuesOf(lead, type, addresses).has(value));
  const [first] = own;
  if (!first) return { kind: 'unknown', why: `${value} is the answer of none of its records` };
  if (own.every((lead) => lead.region === region)) return { kind: 'region' };
  if (own.every((lead) => lead.region !== region)) return { kind: 'elsewhere' };
  return { kind: 'unknown', why: `${value} is the answer of several regions` };
}

function valuesOf({ target }: Lead, type: string, addresses: KnownAddresses): ReadonlySet<string> {
  if (target.kind === 'values') return new Set(target.values.map(comparable));
  return addresses.get(keyOf(type, comparable(target.name))) ?? new Set();
}

function keyOf(type: string, name: string): string {
  return `${type} ${name}`;
}
