import type { ErrorCode } from '../model/errors.js';

/** What the worker is started with. */
export interface WorkerSettings {
  readonly bucket: string;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  readonly profile: string | undefined;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Names this process among all that write to the bucket. */
  readonly writer: string;
}

/** One operation on the state; `key` is the file's path within the bucket. */
export type Operation =
  | { readonly op: 'read' | 'list' | 'remove'; readonly key: string }
  | { readonly op: 'write' | 'append' | 'createNew'; readonly key: string; readonly text: string }
  | { readonly op: 'replace'; readonly key: string; readonly from: string; readonly to: string | undefined }
  | { readonly op: 'region' };

/** An operation on its way to the worker. */
export interface Request {
  readonly id: number;
  readonly operation: Operation;
  /** What the asking process takes for now, milliseconds since the epoch: S3's answers tell another time. */
  readonly nowMs: number;
}

/** What an operation may give back. */
export type Value = string | boolean | readonly string[] | undefined;

/** Why an operation failed, in a form that passes between threads. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string | undefined;
  /** S3 could not be reached at all. */
  readonly isOutage: boolean;
}

/** What the worker answers with. */
export type Answer =
  { readonly id: number; readonly value: Value } | { readonly id: number; readonly failure: Failure };

/** Whether an operation changes something. */
export function isWrite({ op }: Operation): boolean {
  return op !== 'read' && op !== 'list' && op !== 'region';
}

/** Whether what came through the port is an answer. */
export function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'id' in value && ('value' in value || 'failure' in value);
}

/** Whether what came through the port is a request. */
export function isRequest(value: unknown): value is Request {
  return typeof value === 'object' && value !== null && 'id' in value && 'operation' in value && 'nowMs' in value;
}

/** Whether the worker was started with what it needs. */
export function isSettings(value: unknown): value is WorkerSettings {
  return typeof value === 'object' && value !== null && 'bucket' in value && 'writer' in value;
}
