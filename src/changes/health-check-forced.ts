import { UpdateHealthCheckCommand } from '@aws-sdk/client-route-53';
import { readHealthChecks } from '../inventory/read-health-checks.js';
import { KongError } from '../model/errors.js';
import type { HealthCheckState } from '../model/inventory.js';
import type { Json } from '../model/json.js';
import { relatePlain, writeEach, type Driver } from './driver.js';

/**
 * Whether a health check looks at its endpoint or answers by decree: `{ disabled, inverted }`. Disabled alone it is
 * always healthy, and inverted always the opposite; both together it is down, whatever its endpoint does. Inverted
 * alone would send members back to an endpoint at the very moment at which that fails.
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_UpdateHealthCheck.html
 */
export const healthCheckForced: Driver = {
  attribute: 'healthCheck.forced',
  role: 'traffic',
  gone: 'conflict',
  callsPerSecond: 2,
  batchSize: 1,
  callsFor: (changes) => changes,
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => resource.id,
  relate: relatePlain,

  async readMany(resources, { cloud }) {
    const wanted = new Set(resources.map((resource) => resource.id));
    const all = await readHealthChecks(cloud);
    return new Map(
      all
        .filter(({ id }) => wanted.has(id))
        .map(({ id, disabled, inverted }): readonly [string, Json] => [id, { disabled, inverted }]),
    );
  },

  write: (batch, { cloud, permit }) =>
    writeEach(batch, async ({ resource, before, after, to }) => {
      const { disabled, inverted } = settingsOf(to === 'after' ? after : before);
      const input = { HealthCheckId: resource.id, Disabled: disabled, Inverted: inverted };
      await cloud.route53().send(permit.for(new UpdateHealthCheckCommand(input)));
    }),
};

function settingsOf(value: Json): Omit<HealthCheckState, 'id'> {
  if (value !== null && typeof value === 'object' && 'disabled' in value && 'inverted' in value) {
    return { disabled: value.disabled === true, inverted: value.inverted === true };
  }
  throw new KongError('BAD_PLAN', `a health check is disabled and inverted or not, not ${JSON.stringify(value)}`);
}
