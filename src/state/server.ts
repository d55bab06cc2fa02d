import { Bucket } from './bucket.js';
import { BucketFiles } from './bucket-files.js';
import { openClient } from './s3-client.js';
import { clockProblem, failureOf } from './s3-errors.js';
import type { Answer, Operation, Request, Value, WorkerSettings } from './wire-format.js';

/** One call to S3, its retries included. */
const CALL_MS = 4_000;

/** Carries out operations on the state, one after the other, and never throws. */
export class StateServer {
  private readonly settings: WorkerSettings;
  private readonly onProgress: () => void;
  private files: Promise<BucketFiles> | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  /** How far this machine's clock is ahead of S3's, as of the last answer. */
  private aheadMs = 0;
  private nowMs = 0;

  /** @param onProgress - hears of every answer of S3's */
  constructor(settings: WorkerSettings, onProgress: () => void) {
    this.settings = settings;
    this.onProgress = onProgress;
  }

  /** In the order in which they were asked for: what was given up on may still be on its way. */
  answer(request: Request): Promise<Answer> {
    const answer = this.queue.then(() => this.answerNow(request));
    this.queue = answer;
    return answer;
  }

  private async answerNow({ id, operation, nowMs }: Request): Promise<Answer> {
    this.nowMs = nowMs;
    try {
      return { id, value: await this.carryOut(operation) };
    } catch (error) {
      return { id, failure: failureOf(error, operation, this.settings) };
    }
  }

  private async carryOut(operation: Operation): Promise<Value> {
    this.files ??= this.open();
    const files = await this.files;
    const value = await files.carryOut(operation);
    if (operation.op !== 'createNew' || value !== true) return value;
    // whoever takes a lock by a wrong clock is dead to the others, or they to it
    const problem = clockProblem(this.aheadMs);
    if (problem === undefined) return value;
    await files.carryOut({ op: 'replace', key: operation.key, from: operation.text, to: undefined });
    throw problem;
  }

  private async open(): Promise<BucketFiles> {
    const { bucket, writer } = this.settings;
    const client = await openClient(this.settings, (dateMs) => {
      this.aheadMs = this.nowMs - dateMs;
    });
    return new BucketFiles(new Bucket({ client, bucket, writer, callMs: CALL_MS, onProgress: this.onProgress }));
  }
}
