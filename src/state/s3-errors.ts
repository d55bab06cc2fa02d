import { codeOf } from '../aws/errors.js';
import { formatDuration } from '../model/duration.js';
import { KongError, messageOf, type ErrorCode } from '../model/errors.js';
import { isWrite, type Failure, type Operation } from './wire-format.js';

/** Whether there is no such object. A bucket that is not there is something else. */
export function isNotThere(error: unknown): boolean {
  const name = nameOf(error);
  // the answer to a HEAD has no body, and so no better name
  return name === 'NoSuchKey' || (name === 'NotFound' && statusOf(error) === 404);
}

/** Whether a condition did not hold: for good, or because somebody else was writing at that moment. */
export function wasRefused(error: unknown): 'for-good' | 'for-now' | undefined {
  const name = nameOf(error);
  if (name === 'PreconditionFailed' || statusOf(error) === 412) return 'for-good';
  // what is to be unchanged and is not there any more
  if (isNotThere(error)) return 'for-good';
  return name === 'ConditionalRequestConflict' || statusOf(error) === 409 ? 'for-now' : undefined;
}

/** An error of the SDK as one that a person can act on. */
export function failureOf(error: unknown, operation: Operation, { bucket }: { readonly bucket: string }): Failure {
  const code = isWrite(operation) ? 'STATE_NOT_WRITABLE' : 'STATE_NOT_READABLE';
  const place = `s3://${bucket}${'key' in operation ? `/${operation.key}` : ''}`;
  const verb = isWrite(operation) ? 'write' : 'read';
  const { said, fix, isOutage } = reasonOf(error, bucket);
  return { code, message: `can't ${verb} ${place}: ${said}`, fix, isOutage };
}

interface Reason {
  readonly said: string;
  readonly fix: string | undefined;
  readonly isOutage: boolean;
}

const OTHER = 'check --state, or name a folder of this machine';
const FIXES: Partial<Record<ErrorCode, string>> = {
  CREDENTIALS: 'check AWS_PROFILE or the AWS_* variables; `aws sts get-caller-identity` shows who you are',
  ACCESS_DENIED:
    'allow s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject on what is in it',
};

function reasonOf(error: unknown, bucket: string): Reason {
  const name = nameOf(error);
  const said = `${name}: ${messageOf(error)}`;
  if (error instanceof KongError) return { said: error.message, fix: error.fix, isOutage: false };
  if (name === 'NoSuchBucket' || name === 'NotFound')
    return reason(
      'there is no such bucket',
      `\`aws s3 mb s3://${bucket}\` makes it; or check --state and the endpoint`,
    );
  if (name === 'RequestTimeTooSkewed') return reason('the clock of this machine is wrong', 'set it (NTP)');
  if (name === 'AbortError' || name === 'TimeoutError') return outage('no answer in time');
  if (name === 'NotImplemented')
    return reason('this S3 has no conditional writes, without which two drills could meet', OTHER);
  const code = codeOf(error);
  if (code === 'NETWORK' || code === 'AWS_SERVICE' || code === 'THROTTLED') return outage(said);
  return reason(said, FIXES[code] ?? OTHER);
}

function reason(said: string, fix: string): Reason {
  return { said, fix, isOutage: false };
}

function outage(said: string): Reason {
  return { said, fix: 'check the network and the endpoint', isOutage: true };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** Two machines that are each this close to S3's clock don't take each other's heartbeat for old. */
const MOST_SKEW_MS = 30_000;

/**
 * What to say of a machine whose clock is not S3's: others judge its heartbeat by their own.
 *
 * @param offMs - how far it is ahead; negative: behind
 */
export function clockProblem(offMs: number): KongError | undefined {
  if (Math.abs(offMs) <= MOST_SKEW_MS) return undefined;
  const how = `${formatDuration(Math.round(Math.abs(offMs) / 1_000) * 1_000)} ${offMs > 0 ? 'ahead of' : 'behind'}`;
  return new KongError('STATE_NOT_WRITABLE', `the clock of this machine is ${how} the bucket's`, {
    fix: 'set it (NTP): other machines would take this one for dead',
  });
}
