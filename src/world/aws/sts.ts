import type { GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import type { Answer, CallContext, Operations } from './operation.js';

/** Who the caller is: someone in the world's account. */
export const stsOperations = {
  GetCallerIdentityCommand(
    _input: GetCallerIdentityCommandInput,
    { sim }: CallContext,
  ): Answer<GetCallerIdentityCommandOutput> {
    const { account } = sim.world;
    return { Account: account, UserId: 'AIDASIMULATEDWORLD00', Arn: `arn:aws:iam::${account}:user/kong` };
  },
} satisfies Operations;
