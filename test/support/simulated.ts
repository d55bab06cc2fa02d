import type { Environment } from '../../src/plan/environment.js';

/** Where the tests' drills run: a simulated world, with the account of the worlds that come with kong. */
export const SIMULATED: Environment = {
  on: 'sim',
  where: 'a test',
  endpoint: undefined,
  account: '123456789012',
  amazon: false,
  allowed: { accounts: [], regions: [] },
  optIn: undefined,
};
