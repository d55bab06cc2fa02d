import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { expect } from 'vitest';
import { there } from '../assertions.js';
import { casesOf } from '../cloud.js';

/** Who the caller is: where a drill may run is decided by it. */
export const identityCases = casesOf('identity', [
  {
    id: 'identity/account',
    title: 'the caller has an account of twelve digits, which is in its ARN',
    async run(cloud) {
      const { Account, Arn } = await cloud.aws.sts().send(new GetCallerIdentityCommand({}));
      expect(Account).toMatch(/^\d{12}$/);
      expect(Arn).toMatch(new RegExp(`^arn:aws:(iam|sts)::${there(Account)}:`));
    },
  },
]);
