import { NO_ACCOUNT } from '../drill/begin-again.js';
import { runFolder, type StoredRun } from '../drill/runs.js';
import { KongError } from '../model/errors.js';
import { readConfig } from './config.js';
import type { CommonOptions } from './options.js';
import { openSetting, type Setting } from './settings.js';
import type { Outside } from './wire.js';

/**
 * Opens the cloud that a run was in, as it left it, for rolling it back.
 *
 * @throws KongError ACCOUNT_NOT_ALLOWED where the credentials are of another account
 */
export async function openForRun(
  { run, begin }: StoredRun,
  options: CommonOptions,
  outside: Outside,
): Promise<Setting> {
  if (begin.account === NO_ACCOUNT) {
    throw new KongError('STATE_NOT_READABLE', `neither the journal of ${run} nor its plan.json says where it took place`, {
      fix: `put a whole plan.json into ${runFolder(options.state, run)}, or try \`kong rollback --by-tag --run ${run}\``,
    });
  }
  const endpoint = options.endpointUrl ?? begin.endpoint ?? undefined;
  const there = { ...options, on: begin.on, ...(endpoint === undefined ? {} : { endpointUrl: endpoint }) };
  const setting = await openSetting(there, readConfig(options.config, outside.files), outside, true);
  const { account } = setting.environment;
  if (account === begin.account) return setting;
  throw new KongError(
    'ACCOUNT_NOT_ALLOWED',
    `run ${run} was in account ${begin.account}, and these credentials are of ${account}`,
    { fix: 'use the credentials of that account' },
  );
}
