import { Cancelled, KongError, messageOf, type ErrorCode } from '../model/errors.js';
import { UnpermittedWrite } from './guard.js';

/** AWS's own names for the same few things, by what they mean for kong. Names differ by service. */
const NAMES: readonly (readonly [ErrorCode, RegExp])[] = [
  [
    'THROTTLED',
    /^(Throttl|RequestLimitExceeded|TooManyRequests|PriorRequestNotComplete|SlowDown|LimitExceededException$|EC2ThrottledException)/,
  ],
  [
    'CREDENTIALS',
    /^(ExpiredToken|CredentialsProviderError|InvalidClientTokenId|UnrecognizedClient|AuthFailure|SignatureDoesNotMatch|InvalidAccessKeyId|MissingAuthenticationToken|RequestExpired|TokenProviderError)/,
  ],
  ['ACCESS_DENIED', /^(AccessDenied|UnauthorizedOperation|AuthorizationError|OptInRequired)/],
  ['NOT_FOUND', /(NotFound|NoSuch)/],
  [
    'NETWORK',
    /^(TimeoutError|NetworkingError|ECONNREFUSED|ECONNRESET|ENOTFOUND|EPIPE|ETIMEDOUT|EAI_AGAIN|RequestTimeout)/,
  ],
  ['NOT_IMPLEMENTED', /^(SyntaxError|NotImplemented|InvalidAction|UnknownOperation)/],
  [
    'AWS_SERVICE',
    /^(InternalError|InternalFailure|ServiceUnavailable|Unavailable|InternalServiceError|InternalServerError)/,
  ],
];

const FIXES: Partial<Record<ErrorCode, string>> = {
  CREDENTIALS: 'check AWS_PROFILE or the AWS_* variables; `aws sts get-caller-identity` shows who you are',
  ACCESS_DENIED: 'give the role that runs kong this permission',
  THROTTLED: 'try again later, or run fewer tools against this account at once',
  NETWORK: 'check the network and --endpoint-url',
  NOT_IMPLEMENTED: 'this endpoint does not know the operation; use another emulator, or Amazon',
};

/** Which of kong's codes an error from the SDK has. */
export function codeOf(error: unknown): ErrorCode {
  if (error instanceof KongError) return error.code;
  const names = namesOf(error);
  const known = NAMES.find(([, pattern]) => names.some((name) => pattern.test(name)));
  if (known) return known[0];
  if (isPage(error)) return 'NOT_IMPLEMENTED';
  return isServerFault(error) ? 'AWS_SERVICE' : 'AWS_REJECTED';
}

/** Whether the same call may succeed when it is sent again. */
export function isRetryable(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'THROTTLED' || code === 'NETWORK' || code === 'AWS_SERVICE';
}

/** Whether a call may have taken effect although it came back with this error: AWS did not say no. */
export function isUnanswered(error: unknown): boolean {
  if (error instanceof KongError) return error.unanswered;
  const code = codeOf(error);
  if (code === 'NETWORK' || code === 'AWS_SERVICE') return true;
  // an answer that can't be read is none
  return code === 'AWS_REJECTED' && !(error instanceof Error && '$fault' in error);
}

/** What a call was, for its error. */
export interface FailedCall {
  readonly command: string;
  readonly region: string;
  /** Whether an attempt before had no answer. */
  readonly unanswered?: boolean;
}

/** An error of the SDK as one that a person can act on; kong's own errors and cancellations go through as they are. */
export function toKongError(error: unknown, call: FailedCall): Error {
  const unanswered = call.unanswered === true || isUnanswered(error);
  if (error instanceof KongError || error instanceof Cancelled || error instanceof UnpermittedWrite) return error;
  const code = codeOf(error);
  const name = error instanceof Error ? error.name : 'Error';
  const operation = call.command.replace(/Command$/, '');
  const fix = FIXES[code];
  const said = code === 'NOT_IMPLEMENTED' ? 'the operation is not implemented there' : messageOf(error);
  return new KongError(code, `${operation} in ${call.region}: ${name}: ${said}`, {
    cause: error,
    unanswered,
    ...(fix ? { fix } : {}),
  });
}

function namesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const code = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const inner = 'errors' in error && Array.isArray(error.errors) ? error.errors.flatMap(namesOf) : [];
  return [error.name, ...code, ...inner];
}

/** An emulator answers an operation that it does not know with a page for people, which is no XML. */
function isPage(error: unknown): boolean {
  return error instanceof Error && /XML parse error.*<html>/.test(error.message);
}

function isServerFault(error: unknown): boolean {
  return error instanceof Error && '$fault' in error && error.$fault === 'server';
}
