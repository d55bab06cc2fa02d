import type { Cloud } from '../aws/cloud.js';
import { plannedFis } from '../experiment/fis-changes.js';
import { readFisExperiments } from '../inventory/read-fis.js';
import { failed, ok, unknown, type Check } from '../model/checkup.js';
import type { Plan } from '../model/plan.js';
import { count } from '../model/summary.js';

/** Experiments of a region that may be active: https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
const MOST_ACTIVE = 5;

/**
 * Whether AWS FIS answers and has room for what a plan has it run, and by which role; nothing where it runs nothing.
 *
 * @throws KongError as the calls do
 */
export async function fisChecks({ steps, account }: Plan, cloud: Cloud): Promise<readonly Check[]> {
  const planned = plannedFis(steps.flatMap(({ batches }) => batches.flat()));
  const regions = [...new Set(planned.map(({ region }) => region))];
  const roles = [...new Set(planned.map(({ template }) => template.roleArn))];
  const active = await readFisExperiments(regions, cloud);
  return [
    ...regions.map((region) => roomCheck(region, active.filter((one) => one.region === region).length)),
    ...roles.map((role) => roleCheck(role, account)),
  ];
}

function roomCheck(region: string, active: number): Check {
  const message = `answers in ${region}, with ${count(active, 'active experiment')} of ${MOST_ACTIVE}`;
  if (active < MOST_ACTIVE) return ok('fis', message);
  return failed('fis', message, { code: 'REFUSED', fix: 'wait until one ends, or stop one' });
}

/** Whether FIS may act by it shows in the preview alone. */
function roleCheck(role: string, account: string): Check {
  if (role.split(':')[4] !== account)
    return failed('fis.role', `${role} is not one of account ${account}`, {
      code: 'BAD_EXPERIMENT',
      fix: 'name a role of that account: fis: { role: … }',
    });
  return unknown(
    'fis.role',
    `${role} is set; whether AWS FIS may act by it shows in the preview that each drill begins with`,
  );
}
