import { AwsFault } from '../aws-fault.js';

/**
 * Ends a call that only asks whether it would be allowed; called once everything has been checked, and before
 * anything is changed.
 * @throws AwsFault DryRunOperation, which means yes
 */
export function endDryRun(input: { readonly DryRun?: boolean | undefined }): void {
  if (input.DryRun === true)
    throw new AwsFault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}
