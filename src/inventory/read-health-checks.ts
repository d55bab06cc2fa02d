import { ListHealthChecksCommand } from '@aws-sdk/client-route-53';
import type { Cloud } from '../aws/cloud.js';
import type { HealthCheckState } from '../model/inventory.js';
import { allPages } from './paging.js';

/** Every health check of the account, a hundred a call. */
export function readHealthChecks(cloud: Cloud): Promise<readonly HealthCheckState[]> {
  return allPages(async (marker) => {
    const answer = await cloud.route53().send(new ListHealthChecksCommand({ Marker: marker }));
    const items = (answer.HealthChecks ?? []).map(({ Id: id = '', HealthCheckConfig: config }) => ({
      id,
      disabled: config?.Disabled ?? false,
      inverted: config?.Inverted ?? false,
    }));
    return { items, next: answer.IsTruncated ? answer.NextMarker : undefined };
  });
}
