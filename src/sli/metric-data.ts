import {
  GetMetricDataCommand,
  type GetMetricDataCommandOutput,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { Cloud } from '../aws/cloud.js';
import { Cancelled, KongError } from '../model/errors.js';
import { alignedStart, toMetricDataQuery, type MetricQuery } from './queries.js';

/** What CloudWatch said about one metric in one region. */
export interface MetricAnswer {
  /** By the start of the period, milliseconds since the epoch. */
  readonly values: ReadonlyMap<number, number>;
  /** Why the values are not all there; undefined: they are. */
  readonly unreadable: string | undefined;
}

/** Where, when and how to read. */
export interface MetricWindow {
  readonly region: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly cloud: Cloud;
  readonly signal?: AbortSignal;
}

/** The most queries that one GetMetricData call takes. */
const MOST_QUERIES = 500;

/** More pages than any window has; a server that never ends its answer is not waited for. */
const MOST_PAGES = 1_000;

/** CloudWatch's own resolution; it also refuses a window that is empty. */
const SECOND_MS = 1_000;

/**
 * Reads metrics of one region together: one call for each 500, every page of it. Only periods that have ended by
 * `endMs` are kept.
 *
 * @returns an answer for every query, by its key
 * @throws KongError as the client throws it; Cancelled when the signal fires
 */
export async function readMetrics(
  queries: readonly MetricQuery[],
  window: MetricWindow,
): Promise<ReadonlyMap<string, MetricAnswer>> {
  const answers = await Promise.all(chunksOf(queries).map((chunk) => readChunk(chunk, window)));
  return new Map(answers.flatMap((answer) => [...answer]));
}

function chunksOf(queries: readonly MetricQuery[]): readonly (readonly MetricQuery[])[] {
  const count = Math.ceil(queries.length / MOST_QUERIES);
  return Array.from({ length: count }, (_, i) => queries.slice(i * MOST_QUERIES, (i + 1) * MOST_QUERIES));
}

async function readChunk(
  queries: readonly MetricQuery[],
  window: MetricWindow,
): Promise<ReadonlyMap<string, MetricAnswer>> {
  const parts = new Map<string, MetricDataResult[]>(queries.map((_, i) => [`m${i}`, []]));
  let token: string | undefined;
  for (let page = 1; ; page++) {
    const answer = await readPage(queries, window, token);
    for (const result of answer.MetricDataResults ?? []) parts.get(result.Id ?? '')?.push(result);
    if (answer.NextToken === undefined || answer.NextToken === '') break;
    if (answer.NextToken === token || page === MOST_PAGES) throw endless(window.region, page);
    token = answer.NextToken;
  }
  return new Map(queries.map((query, i) => [query.key, answerOf(parts.get(`m${i}`) ?? [], query.periodMs, window)]));
}

async function readPage(
  queries: readonly MetricQuery[],
  window: MetricWindow,
  token: string | undefined,
): Promise<GetMetricDataCommandOutput> {
  const { cloud, region, signal } = window;
  if (signal?.aborted) throw new Cancelled();
  const startMs = alignedStart(window.startMs, queries.map((query) => query.periodMs));
  const endMs = Math.max(Math.floor(window.endMs / SECOND_MS) * SECOND_MS, startMs + SECOND_MS);
  const command = new GetMetricDataCommand({
    StartTime: new Date(startMs),
    EndTime: new Date(endMs),
    ScanBy: 'TimestampAscending',
    MetricDataQueries: queries.map((query, i) => toMetricDataQuery(query, `m${i}`)),
    ...(token === undefined ? {} : { NextToken: token }),
  });
  try {
    return await cloud.cloudWatch(region).send(command, signal ? { abortSignal: signal } : {});
  } catch (error) {
    throw signal?.aborted ? new Cancelled() : error;
  }
}

/** No order is relied on: pages and emulators mix it. */
function answerOf(parts: readonly MetricDataResult[], periodMs: number, window: MetricWindow): MetricAnswer {
  const values = new Map<number, number>();
  for (const part of parts) {
    for (const [i, timestamp] of (part.Timestamps ?? []).entries()) {
      const startMs = Math.floor(timestamp.getTime() / periodMs) * periodMs;
      const closed = startMs >= window.startMs && startMs + periodMs <= window.endMs;
      const value = part.Values?.[i];
      if (closed && value !== undefined) values.set(startMs, value);
    }
  }
  return { values, unreadable: whyUnreadable(parts) };
}

/**
 * Before the last page, PartialData only says that there are more pages, and InternalError that the next page
 * retries. What the last page says of a metric stands. No status at all is an emulator's Complete.
 */
function whyUnreadable(parts: readonly MetricDataResult[]): string | undefined {
  const last = parts.at(-1);
  if (!last) return 'CloudWatch left it out of its answer';
  const status = last.StatusCode ?? 'Complete';
  if (status === 'Complete') return undefined;
  const messages = (last.Messages ?? []).map(({ Code, Value }) => [Code, Value].filter(Boolean).join(' '));
  return [`CloudWatch answered ${status}`, ...messages].join(': ');
}

function endless(region: string, pages: number): KongError {
  return new KongError('AWS_SERVICE', `GetMetricData in ${region} did not end after ${pages} pages`, {
    fix: 'shorten `baseline`, or use fewer SLIs',
  });
}
