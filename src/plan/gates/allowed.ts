import type { Gate } from '../../model/plan.js';
import { regionsOf } from '../targets.js';
import { gate, some, type GateRequest } from './gate.js';

/** Whether kong.yaml lets drills run in this account and these regions: asked on Amazon only. */
export function allowedGates({ experiment, environment }: GateRequest): readonly Gate[] {
  if (!environment.amazon) return [];
  const { accounts, regions } = environment.allowed;
  const wanted = regionsOf(experiment.blastRadius.scope);
  return [
    gate({
      name: 'account',
      code: 'ACCOUNT_NOT_ALLOWED',
      passed: accounts.includes(environment.account),
      message: `account ${environment.account} ${accounts.includes(environment.account) ? 'is' : 'is not'} in kong.yaml aws.accounts`,
      fix: 'add the account to aws.accounts in kong.yaml, and have that reviewed',
    }),
    regionGate({ name: 'region', wanted, allowed: regions, passed: `${wanted.join(', ')} may be drilled` }),
  ];
}

/** Whether kong.yaml lets drills run in some regions. `passed`: what is said where it does. */
export function regionGate({ name, wanted, allowed, passed }: {
  readonly name: string;
  readonly wanted: readonly string[];
  readonly allowed: readonly string[];
  readonly passed: string;
}): Gate {
  const outside = [...new Set(wanted)].filter((region) => !allowed.includes(region));
  return gate({
    name,
    code: 'REGION_NOT_ALLOWED',
    passed: outside.length === 0,
    message: outside.length === 0 ? passed : `${some(outside)} is not in kong.yaml aws.regions`,
    fix: 'add the region to aws.regions in kong.yaml, and have that reviewed',
  });
}
