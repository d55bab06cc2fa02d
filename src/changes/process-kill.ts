import { ListCommandInvocationsCommand, SendCommandCommand, type CommandInvocation } from '@aws-sdk/client-ssm';
import type { IrreversibleChange } from '../model/change.js';
import { inDoubt, KongError } from '../model/errors.js';
import { fieldsOf, type Json } from '../model/json.js';
import type { Acting } from './irreversible.js';
import { reasonOf } from './own-commands.js';

/** Systems Manager takes no less. */
const DELIVERY_SECONDS = 30;
/** How long the agent gets: to hear of it, to look for what it needs, and to kill. */
const PATIENCE_MS = 90_000;
const LOOK_AGAIN_MS = 1_000;

/** What is killed, and how: the memo of the act. */
interface Kill {
  readonly process: string;
  readonly signal: string;
  readonly install: string;
}

/**
 * Kills every process of a name on one instance, and waits for the agent to say that it did: a drill that killed
 * nothing would prove nothing.
 *
 * @throws KongError NOT_VERIFIED where no such process was there, or the agent does not answer: then it may be killed
 * @see https://docs.aws.amazon.com/fis/latest/userguide/actions-ssm-agent.html
 */
export async function killProcess({ resource, memo }: IrreversibleChange, acting: Acting): Promise<void> {
  const { cloud, permit, clock } = acting;
  const { process, signal, install } = killOf(memo ?? null);
  const ssm = cloud.ssm(resource.region);
  const { Command } = await ssm.send(
    permit.for(
      new SendCommandCommand({
        DocumentName: 'AWSFIS-Run-Kill-Process',
        InstanceIds: [resource.id],
        Parameters: { ProcessName: [process], Signal: [signal], InstallDependencies: [install] },
        Comment: 'kong: kills a process for a drill',
        TimeoutSeconds: DELIVERY_SECONDS,
      }),
    ),
  );
  const CommandId = Command?.CommandId ?? '';
  const deadline = clock.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ssm.send(new ListCommandInvocationsCommand({ CommandId, Details: true })).catch(doubted);
    const [invocation] = answer.CommandInvocations ?? [];
    const status = invocation?.Status ?? 'Pending';
    if (status === 'Success') return;
    const isOver = !['Pending', 'InProgress', 'Delayed', 'Cancelling'].includes(status);
    if (isOver || clock.now() >= deadline) {
      const why = invocation ? reasonOf(invocation) : 'its agent does not answer';
      throw new KongError('NOT_VERIFIED', `${process} was not killed on ${resource.id}: ${why}`, {
        unanswered: !isUntouched(invocation),
        fix: 'look whether a process of that very name runs there, and whether the agent works as root',
      });
    }
    await clock.sleep(LOOK_AGAIN_MS, permit.signal);
  }
}

/** The command was sent: a look that fails does not say that nothing came of it. */
function doubted(error: unknown): never {
  throw inDoubt(error);
}

/**
 * Whether nothing was killed for certain: the command never came to the agent, or the agent found nothing of the name.
 * One that was cut off may have killed first.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
 */
function isUntouched(invocation: CommandInvocation | undefined): boolean {
  const details = (invocation?.StatusDetails ?? '').replaceAll(' ', '');
  if (NEVER_RUN.includes(details)) return true;
  return invocation?.Status === 'Failed' && /\bno process\b/i.test(reasonOf(invocation));
}

const NEVER_RUN: readonly string[] = [
  'AccessDenied',
  'DeliveryTimedOut',
  'InvalidPlatform',
  'RateExceeded',
  'Terminated',
  'Undeliverable',
];

/** The memo of a `process.kill`, as a plan has it. */
function killOf(memo: Json): Kill {
  const { process, signal, install } = fieldsOf(memo);
  if (typeof process === 'string' && typeof signal === 'string' && typeof install === 'string') {
    return { process, signal, install };
  }
  throw new KongError('BAD_PLAN', `a process to kill needs its name and a signal, not ${JSON.stringify(memo)}`);
}
