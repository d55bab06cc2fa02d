import type {
  CreateHealthCheckCommandInput,
  CreateHealthCheckCommandOutput,
  DeleteHealthCheckCommandInput,
  DeleteHealthCheckCommandOutput,
  GetHealthCheckCommandInput,
  GetHealthCheckCommandOutput,
  GetHealthCheckStatusCommandInput,
  GetHealthCheckStatusCommandOutput,
  HealthCheck,
  HealthCheckConfig,
  ListHealthChecksCommandInput,
  ListHealthChecksCommandOutput,
  UpdateHealthCheckCommandInput,
  UpdateHealthCheckCommandOutput,
} from '@aws-sdk/client-route-53';
import { AwsFault, notSimulated } from '../aws-fault.js';
import { answersProbe } from '../health-checks.js';
import type { HealthCheckRow } from '../health-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { zonePageSize } from './zones.js';

const CHECKS_A_PAGE = 100;
const USUAL_PORT = { HTTP: 80, HTTPS: 443, TCP: 443 } as const;
const CONFIG: readonly string[] = [
  'Type',
  'FullyQualifiedDomainName',
  'IPAddress',
  'Port',
  'ResourcePath',
  'RequestInterval',
  'FailureThreshold',
  'Inverted',
  'Disabled',
  'EnableSNI',
];
const UPDATES: readonly string[] = ['HealthCheckId', 'HealthCheckVersion', ...CONFIG];

/**
 * Health checks of endpoints.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-types.html
 */
export const healthOperations = {
  CreateHealthCheckCommand(
    input: CreateHealthCheckCommandInput,
    context: CallContext,
  ): Answer<CreateHealthCheckCommandOutput> {
    const { sim } = context;
    const reference = input.CallerReference ?? '';
    const settings = settingsOf(input.HealthCheckConfig);
    const made = [...sim.store.healthChecks.all()].find((one) => one.reference === reference);
    if (made && !hasSettings(made, settings))
      throw new AwsFault('HealthCheckAlreadyExists', `A health check with reference ${reference} already exists`, 409);
    const fresh = { id: '', reference, version: 1, up: answersProbe(sim, settings), streak: 0, ...settings };
    const check: HealthCheckRow = made ?? { ...fresh, id: sim.ids.nextUuid() };
    if (!made) sim.store.healthChecks.put(check, sim.seenFromMs());
    return { HealthCheck: toCheck(check), Location: `https://route53.amazonaws.com/2013-04-01/healthcheck/${check.id}` };
  },

  GetHealthCheckCommand(input: GetHealthCheckCommandInput, context: CallContext): Answer<GetHealthCheckCommandOutput> {
    return { HealthCheck: toCheck(seenCheck(input.HealthCheckId, context)) };
  },

  ListHealthChecksCommand(
    input: ListHealthChecksCommandInput,
    context: CallContext,
  ): Answer<ListHealthChecksCommandOutput> {
    const all = context.sim.store.healthChecks.seen(context.sim.nowMs);
    const from = input.Marker === undefined ? 0 : all.findIndex(({ id }) => id === input.Marker);
    if (from < 0) throw new AwsFault('InvalidInput', `Marker ${input.Marker ?? ''} is not valid`);
    const size = zonePageSize(input.MaxItems, CHECKS_A_PAGE, context);
    const next = all[from + size];
    return {
      HealthChecks: all.slice(from, from + size).map(toCheck),
      Marker: input.Marker,
      IsTruncated: next !== undefined,
      MaxItems: size,
      ...(next ? { NextMarker: next.id } : {}),
    };
  },

  UpdateHealthCheckCommand(
    input: UpdateHealthCheckCommandInput,
    context: CallContext,
  ): Answer<UpdateHealthCheckCommandOutput> {
    refuseOthers(input, UPDATES, 'UpdateHealthCheck');
    const { sim } = context;
    const check = checkOf(input.HealthCheckId, context);
    const expected = input.HealthCheckVersion;
    if (expected !== undefined && expected !== check.version)
      throw new AwsFault(
        'HealthCheckVersionMismatch',
        `The version ${expected} is not that of the health check: ${check.version}`,
        409,
      );
    const changed: HealthCheckRow = {
      ...check,
      version: check.version + 1,
      inverted: input.Inverted ?? check.inverted,
      disabled: input.Disabled ?? check.disabled,
      threshold: input.FailureThreshold ?? check.threshold,
      fqdn: input.FullyQualifiedDomainName ?? check.fqdn,
      address: input.IPAddress ?? check.address,
      port: input.Port ?? check.port,
      path: input.ResourcePath ?? check.path,
    };
    sim.store.healthChecks.put(changed, sim.seenFromMs());
    return { HealthCheck: toCheck(changed) };
  },

  DeleteHealthCheckCommand(
    input: DeleteHealthCheckCommandInput,
    context: CallContext,
  ): Answer<DeleteHealthCheckCommandOutput> {
    const { id } = checkOf(input.HealthCheckId, context);
    context.sim.store.healthChecks.remove(id, context.sim.seenFromMs());
    return {};
  },

  GetHealthCheckStatusCommand(
    input: GetHealthCheckStatusCommandInput,
    context: CallContext,
  ): Answer<GetHealthCheckStatusCommandOutput> {
    const { sim } = context;
    const check = seenCheck(input.HealthCheckId, context);
    const Status = answersProbe(sim, check)
      ? 'Success: HTTP Status Code 200, OK'
      : 'Failure: Connection timed out. The endpoint or the internet connection is down.';
    return {
      HealthCheckObservations: (['us-east-1', 'eu-west-1', 'ap-northeast-1'] as const).map((Region, i) => ({
        Region,
        IPAddress: `192.0.2.${i + 1}`,
        StatusReport: { Status, CheckedTime: new Date(sim.nowMs) },
      })),
    };
  },
} satisfies Operations;

/**
 * A health check by its id.
 * @throws AwsFault where there is none
 */
export function checkOf(id: string | undefined, { sim }: CallContext): HealthCheckRow {
  const check = sim.store.healthChecks.get(id ?? '');
  if (!check) throw noSuch(id);
  return check;
}

function seenCheck(id: string | undefined, { sim }: CallContext): HealthCheckRow {
  const check = sim.store.healthChecks.seenOne(id ?? '', sim.nowMs);
  if (!check) throw noSuch(id);
  return check;
}

function noSuch(id = ''): AwsFault {
  return new AwsFault('NoSuchHealthCheck', `A health check with id ${id} does not exist.`, 404);
}

type Settings = Omit<HealthCheckRow, 'id' | 'reference' | 'version' | 'up' | 'streak'>;

function settingsOf(config: HealthCheckConfig | undefined): Settings {
  if (!config) throw new AwsFault('InvalidInput', 'Invalid request: HealthCheckConfig is required');
  refuseOthers(config, CONFIG, 'health checks');
  const { Type: type, FullyQualifiedDomainName: fqdn = null, IPAddress: address = null } = config;
  if (type !== 'HTTP' && type !== 'HTTPS' && type !== 'TCP') throw notSimulated(`health checks of type ${type ?? ''}`);
  if (fqdn === null && address === null)
    throw new AwsFault('InvalidInput', 'Invalid request: a fully qualified domain name or IP address is required');
  return {
    type,
    fqdn,
    address,
    port: config.Port ?? USUAL_PORT[type],
    path: config.ResourcePath ?? null,
    ...probingOf(config),
  };
}

type Probing = Pick<Settings, 'intervalMs' | 'threshold' | 'inverted' | 'disabled'>;

function probingOf(config: HealthCheckConfig): Probing {
  const { RequestInterval: interval = 30, FailureThreshold: threshold = 3, Inverted, Disabled } = config;
  if (interval !== 10 && interval !== 30)
    throw new AwsFault('InvalidInput', `Invalid request: RequestInterval must be 10 or 30, not ${interval}`);
  return { intervalMs: interval * 1_000, threshold, inverted: Inverted ?? false, disabled: Disabled ?? false };
}

function hasSettings(check: HealthCheckRow, settings: Settings): boolean {
  return JSON.stringify({ ...check, ...settings }) === JSON.stringify(check);
}

function refuseOthers(input: object, known: readonly string[], what: string): void {
  const other = Object.entries(input).find(([key, value]) => value !== undefined && !known.includes(key));
  if (other) throw notSimulated(`${what} with ${other[0]}`);
}

function toCheck(check: HealthCheckRow): HealthCheck {
  return {
    Id: check.id,
    CallerReference: check.reference,
    HealthCheckVersion: check.version,
    HealthCheckConfig: {
      Type: check.type,
      ...(check.fqdn === null ? {} : { FullyQualifiedDomainName: check.fqdn }),
      ...(check.address === null ? {} : { IPAddress: check.address }),
      ...(check.path === null ? {} : { ResourcePath: check.path }),
      Port: check.port,
      RequestInterval: check.intervalMs / 1_000,
      FailureThreshold: check.threshold,
      Inverted: check.inverted,
      Disabled: check.disabled,
    },
  };
}
