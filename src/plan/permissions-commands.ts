import { textsIn } from '../model/json.js';
import { sentCommand } from '../model/sent-command.js';
import type { AnyChange } from '../model/change.js';
import type { Action } from './permissions-actions.js';
import { documentArn, ec2Arn } from './permissions-arns.js';
import type { Needs, PolicyPlace } from './permissions-drivers.js';
import { allow, type Statement } from './permissions-statements.js';

/** What reading a run's commands takes; an instance that is gone has none. */
const READ_COMMANDS: readonly Action[] = ['ssm:ListCommands', 'ssm:ListCommandInvocations', 'ec2:DescribeInstances'];

/**
 * What running documents inside instances needs. AWS asks about each document and about each instance, and about
 * nothing where a command is cancelled.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html
 */
export const COMMAND_NEEDS: Needs = {
  reads: READ_COMMANDS,
  writes: (changes, at) => [
    ...sending(changes.flatMap(documentsOf), at),
    allow('CancelCommands', ['ssm:CancelCommand'], { on: ['*'] }),
  ],
};

/** The same to kill a process: nothing of it can be cancelled. */
export const KILL_NEEDS: Needs = {
  reads: ['ssm:ListCommandInvocations'],
  writes: (_changes, at) => sending(['AWSFIS-Run-Kill-Process'], at),
};

/** Hooks that are documents; other hooks need nothing of AWS. Their documents are in their changes' memo. */
export const HOOK_NEEDS: Needs = {
  reads: [],
  writes: (changes, at) => {
    const documents = changes.flatMap((one) => (one.kind === 'reversible' ? textsIn(one.memo) : []));
    if (documents.length === 0) return [];
    return [...sending(documents, at), allow('FollowHooks', READ_COMMANDS, { on: ['*'] })];
  },
};

function documentsOf(change: AnyChange): readonly string[] {
  const command = change.kind === 'reversible' ? sentCommand(change.after) : undefined;
  return command ? [command.document] : [];
}

function sending(documents: readonly string[], at: PolicyPlace): readonly Statement[] {
  const { key, value } = at.optIn;
  const named = [...new Set(documents)].sort().map((name) => documentArn(name, at.region));
  return [
    allow('RunDocuments', ['ssm:SendCommand'], { on: named }),
    allow('RunOnOptedIn', ['ssm:SendCommand'], {
      on: [ec2Arn('instance', '*', at)],
      when: { StringEquals: { [`ssm:resourceTag/${key}`]: value } },
    }),
  ];
}
