import { formatDuration } from '../model/duration.js';
import { count } from '../model/summary.js';
import { jsonText } from './json.js';
import { drawLines, right, table, toned, type Line, type Part, type Tone } from './lines.js';
import { timeText } from './words.js';

/**
 * A world as `kong world show` tells it: what its file says, and how its traffic fares once it has flowed for a while.
 * Ratios are 0..1.
 */
export interface WorldView {
  readonly name: string;
  readonly account: string;
  /** ISO 8601: the moment that is shown, at which a drill would begin. */
  readonly at: string;
  /** How long traffic has flowed by then. */
  readonly historySeconds: number;
  /** What members send, and what of it no region answers. */
  readonly requestsPerSecond: number;
  readonly unreachedPerSecond: number;
  readonly regions: readonly RegionSight[];
  readonly populations: readonly PopulationSight[];
  readonly entry: string;
  /** Callers first. */
  readonly services: readonly ServiceSight[];
  readonly answers: readonly AnswerSight[];
  /** Names of the flaws that are switched on. */
  readonly flaws: readonly string[];
}

/** One region, its groups, and how members fare there. */
export interface RegionSight {
  readonly region: string;
  readonly requestsPerSecond: number;
  /** Share of its requests that fail or are shed. */
  readonly errorRatio: number;
  readonly cacheHitRatio: number;
  /** The longest lag behind another region; null where there is none. */
  readonly replicationLagSeconds: number | null;
  /** Null where no request was answered. */
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
  readonly groups: readonly GroupSight[];
}

/** One Auto Scaling group of a region. */
export interface GroupSight {
  readonly name: string;
  readonly instanceType: string;
  readonly min: number;
  readonly max: number;
  /** Mean CPU; null where no service runs on it. */
  readonly utilisation: number | null;
  readonly zones: readonly { readonly zone: string; readonly serving: number; readonly total: number }[];
}

/** Who sends requests. */
export interface PopulationSight {
  readonly name: string;
  /** At the busiest hour. */
  readonly peakRequestsPerSecond: number;
  readonly domains: readonly { readonly name: string; readonly share: number }[];
}

/** One service, and whom it calls. */
export interface ServiceSight {
  readonly name: string;
  readonly group: string;
  readonly timeMs: number;
  readonly calls: readonly CallSight[];
}

/** What one service asks another. */
export interface CallSight {
  readonly service: string;
  /** Share of requests that make it. */
  readonly perRequest: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly home: boolean;
  readonly fallback: boolean;
}

/** One weighted answer of a DNS name. */
export interface AnswerSight {
  readonly domain: string;
  readonly region: string;
  readonly weight: number;
  readonly ttlSeconds: number;
}

/** A world for a terminal of 80 columns. Ends with a line break. */
export function worldText(view: WorldView, options: { readonly colour: boolean }): string {
  return drawLines(
    [
      ...headLines(view),
      ...view.regions.flatMap(regionLines),
      ...section('Members', populationLines(view)),
      ...section(`Services (members reach ${view.entry} first)`, view.services.flatMap(serviceLines)),
      ...section('DNS', answerLines(view)),
      ...(view.flaws.length > 0 ? section('Flaws', [[`  ${view.flaws.join(', ')}`]]) : []),
    ],
    options,
  );
}

/** The same as one document. Ends with a line break. */
export function worldJson(view: WorldView): string {
  return jsonText({ schema: 'kong/world/v1', ...view });
}

function section(title: string, lines: readonly Line[]): readonly Line[] {
  return [[], [toned('bold', title)], ...lines];
}

function headLines({ name, regions, at, historySeconds, ...view }: WorldView): readonly Line[] {
  const groups = regions.flatMap((region) => region.groups);
  const zones = groups.flatMap((group) => group.zones);
  const sizes = [
    count(regions.length, 'region'),
    count(new Set(zones.map(({ zone }) => zone)).size, 'zone'),
    count(groups.length, 'group'),
    count(sum(zones.map(({ total }) => total)), 'instance'),
  ].join(', ');
  const unreached = view.unreachedPerSecond >= 0.5 ? `, ${rate(view.unreachedPerSecond)} reach nobody` : '';
  return [
    [toned('bold', `WORLD  ${name}`), `: ${sizes}`],
    [`  ${timeText(at)}, after ${formatDuration(historySeconds * 1_000)} of traffic, account ${view.account}`],
    [`  members send ${rate(view.requestsPerSecond)}${unreached}`],
  ];
}

function regionLines(view: RegionSight): readonly Line[] {
  const { region, requestsPerSecond, errorRatio, groups } = view;
  const zones = groups[0]?.zones ?? [];
  const dim = (text: string): Part => toned('dim', text);
  const head = [
    dim('GROUP'),
    dim('TYPE'),
    ...zones.map(({ zone }) => right(zone.slice(region.length), 'dim')),
    right('MIN', 'dim'),
    right('MAX', 'dim'),
    dim('CPU'),
  ];
  const errors = toned(errorRatio > WORST_ERRORS ? 'bad' : undefined, `${percent(errorRatio)} fail`);
  return [
    [],
    [toned('bold', region), `  ${rate(requestsPerSecond)}, `, errors, `, ${stateText(view)}`],
    ...latencyLines(view),
    ...table([head, ...groups.map(groupCells)]),
  ];
}

/** More than this share of failing requests is worth a colour. */
const WORST_ERRORS = 0.001;

function stateText({ cacheHitRatio, replicationLagSeconds: lag }: RegionSight): string {
  return `cache hits ${percent(cacheHitRatio)}${lag === null ? '' : `, lag ${lag.toFixed(1)} s`}`;
}

function latencyLines({ latencyMs }: RegionSight): readonly Line[] {
  if (latencyMs === null) return [['  nobody was answered']];
  const { p50, p95, p99 } = latencyMs;
  return [[`  latency p50 ${Math.round(p50)} ms, p95 ${Math.round(p95)} ms, p99 ${Math.round(p99)} ms`]];
}

function groupCells({ name, instanceType, zones, min, max, utilisation }: GroupSight): readonly Part[] {
  return [
    name,
    toned('dim', instanceType),
    ...zones.map(({ serving, total }) =>
      serving === total ? right(String(total)) : right(`${serving}/${total}`, 'warn'),
    ),
    right(String(min)),
    right(String(max)),
    utilisation === null ? '' : toned(busyTone(utilisation), `${bar(utilisation)} ${percent(utilisation)}`),
  ];
}

/** From 80 % on, survivors give a capacity warning. */
function busyTone(utilisation: number): Tone {
  if (utilisation >= 0.95) return 'bad';
  return utilisation >= 0.8 ? 'warn' : 'good';
}

const BAR = 10;

function bar(ratio: number): string {
  const full = Math.round(Math.min(1, Math.max(0, ratio)) * BAR);
  return '█'.repeat(full) + '░'.repeat(BAR - full);
}

function populationLines({ populations }: WorldView): readonly Line[] {
  return populations.flatMap(({ name, peakRequestsPerSecond, domains }) => [
    [`  ${name}: ${rate(peakRequestsPerSecond)} at the busiest hour`],
    ...domains.map((domain): Line => [`    ${percent(domain.share)} by ${domain.name}`]),
  ]);
}

function serviceLines({ name, group, timeMs, calls }: ServiceSight): readonly Line[] {
  return [
    [`  ${name}`, toned('dim', `  ${formatDuration(timeMs)} on ${group}`)],
    ...calls.map((call): Line => [`    → ${call.service}`, toned('dim', `  ${callText(call)}`)]),
  ];
}

function callText({ perRequest, timeoutMs, retries, home, fallback }: CallSight): string {
  return [
    perRequest === 1 ? 'every request' : `${percent(perRequest)} of requests`,
    `at most ${formatDuration(timeoutMs)}`,
    ...(retries === 0 ? [] : [retries === 1 ? '1 retry' : `${retries} retries`]),
    ...(home ? ['at home'] : []),
    fallback ? 'has a default' : 'no default',
  ].join(', ');
}

function answerLines({ answers }: WorldView): readonly Line[] {
  return [...new Set(answers.map(({ domain }) => domain))].flatMap((domain) => {
    const own = answers.filter((answer) => answer.domain === domain);
    const total = sum(own.map(({ weight }) => weight));
    const ttl = Math.max(...own.map(({ ttlSeconds }) => ttlSeconds));
    const rows = own.map(({ region, weight }) => {
      // Route 53 answers as if all weights were equal when all are 0
      const share = total > 0 ? weight / total : 1 / own.length;
      return [region, right(String(weight)), `${bar(share)} ${percent(share)}`];
    });
    return [[`  ${domain}`, toned('dim', `  TTL ${formatDuration(ttl * 1_000)}`)], ...table(rows, 4)];
  });
}

/** Requests a second, with separators, as one reads large numbers: `3,722 req/s`. */
function rate(perSecond: number): string {
  const digits = perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : String(Math.round(perSecond));
  return `${digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',')} req/s`;
}

/** Never 0 % where something is, nor 100 % where something is missing. */
function percent(ratio: number): string {
  const value = 100 * ratio;
  const digits = value === 0 || value === 100 ? 0 : value < 1 ? 3 : value < 10 || value > 99 ? 1 : 0;
  const text = value.toFixed(digits);
  return `${Number(text)} %`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
