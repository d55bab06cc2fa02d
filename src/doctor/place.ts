import type { CredentialsLife } from '../inventory/read-credentials.js';
import { failed, ok, unknown, warning, type Check } from '../model/checkup.js';
import { formatDuration } from '../model/duration.js';
import type { Environment } from '../plan/environment.js';
import { isAmazon } from '../aws/dry-run.js';
import type { Answered, Identity } from './identity.js';

/** A drift that a Date, cut to seconds, and the way there and back can't tell from none. */
const WELL_MS = 5_000;
/**
 * AWS refuses what is signed five minutes off; long before that the newest datapoints seem to be missing, or late.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
const FAR_MS = 120_000;
/** Sessions that end sooner are worth a word. */
const SHORT_MS = 3_600_000;

/**
 * Who kong is to AWS, and for how long. Nothing of the credentials themselves is told.
 *
 * @param life - undefined in the simulator, where nobody looks at them
 */
export function credentialsCheck({ arn, account }: Identity, life: CredentialsLife | undefined, nowMs: number): Check {
  const name = 'credentials';
  const who = `${arn}, account ${account}`;
  if (life === undefined) return ok(name, `simulated: ${who}`);
  const { expiresAtMs, renewed, temporary } = life;
  if (renewed) return ok(name, `${who}; renewed by where they come from`);
  if (expiresAtMs === undefined) {
    return temporary
      ? warning(name, `${who}; of a session whose end they do not say`, 'make sure that it outlasts the drill')
      : ok(name, `${who}; without an end`);
  }
  const leftMs = expiresAtMs - nowMs;
  const left = `${who}; ${formatDuration(Math.max(0, leftMs))} left`;
  return leftMs < SHORT_MS ? warning(name, left, 'renew them before a drill that takes longer') : ok(name, left);
}

/** What answers: Amazon, this machine, or something else. */
export function endpointCheck({ host, askedMs, answeredMs }: Answered, environment: Environment): Check {
  const name = 'endpoint';
  if (environment.on === 'sim') return ok(name, 'simulated: nothing leaves this process');
  const after = `answered after ${answeredMs - askedMs} ms`;
  if (host === undefined) return unknown(name, `it is not known what ${after}`);
  if (!environment.amazon) return ok(name, `${environment.endpoint ?? host}, on this machine, ${after}`);
  if (isAmazon(host)) return ok(name, `Amazon, ${host}, ${after}`);
  return warning(
    name,
    `${host}, which is neither Amazon's nor on this machine, ${after}: kong takes it for Amazon`,
    'reach an emulator through 127.0.0.1, so that it is known to be one',
  );
}

/** Variables that send one service elsewhere than the others. */
export function variablesCheck(env: Readonly<Record<string, string | undefined>>): readonly Check[] {
  const names = Object.keys(env).filter((name) => /^AWS_ENDPOINT_URL_/.test(name) && env[name] !== undefined);
  // the state has a client of its own, and may well be elsewhere
  const odd = names.filter((name) => name !== 'AWS_ENDPOINT_URL_S3').sort();
  if (odd.length === 0) return [];
  const message = `${odd.join(', ')} ${odd.length === 1 ? 'sends its service' : 'send their services'} elsewhere`;
  return [warning('endpoint.variables', message, 'use AWS_ENDPOINT_URL for all, or none')];
}

/** How far the machine's clock is from AWS's: SLIs are read by the one and written by the other. */
export function clockCheck({ serverMs, askedMs, answeredMs }: Answered, { on }: Pick<Environment, 'on'>): Check {
  const name = 'clock';
  if (on === 'sim') return ok(name, 'simulated: the drill has a clock of its own');
  if (serverMs === undefined) return unknown(name, 'the answer has no Date to compare with');
  // the Date is cut to seconds: in the middle half of one is missing
  const offMs = Math.round((askedMs + answeredMs) / 2) - (serverMs + 500);
  const size = Math.abs(offMs);
  if (size <= WELL_MS) return ok(name, `within ${WELL_MS / 1_000} s of the endpoint's`);
  const message = `${formatDuration(Math.round(size / 1_000) * 1_000)} ${offMs > 0 ? 'ahead of' : 'behind'} the endpoint's`;
  const fix = 'synchronise the clock of this machine (NTP): datapoints seem late, and calls are refused from 5m on';
  return size > FAR_MS ? failed(name, message, { code: 'CLOCK_JUMPED', fix }) : warning(name, message, fix);
}

/** Whether kong.yaml lets drills run there. */
export function allowedChecks({ amazon, allowed, account }: Environment, wanted: readonly string[]): readonly Check[] {
  if (!amazon) return [ok('account', `${account}: nothing real, so kong.yaml is not asked`)];
  const outside = wanted.filter((region) => !allowed.regions.includes(region));
  return [
    allowed.accounts.includes(account)
      ? ok('account', `${account} is in kong.yaml aws.accounts`)
      : failed('account', `${account} is not in kong.yaml aws.accounts`, {
          code: 'ACCOUNT_NOT_ALLOWED',
          fix: 'add the account to aws.accounts in kong.yaml, and have that reviewed',
        }),
    outside.length === 0 && wanted.length > 0
      ? ok('region', `${wanted.join(', ')} may be drilled`)
      : failed(
          'region',
          wanted.length === 0
            ? 'kong.yaml aws.regions names none'
            : `${outside.join(', ')} is not in kong.yaml aws.regions`,
          { code: 'REGION_NOT_ALLOWED', fix: 'add the region to aws.regions in kong.yaml, and have that reviewed' },
        ),
  ];
}
