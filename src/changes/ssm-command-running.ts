import { CancelCommandCommand, SendCommandCommand } from '@aws-sdk/client-ssm';
import { KongError } from '../model/errors.js';
import { fieldsOf, textsIn, type Json } from '../model/json.js';
import { sentCommand } from '../model/sent-command.js';
import type { Attribute, Driver, Relation, Write, WriteContext } from './driver.js';
import { making } from './made.js';
import { activeCommands, commentOf, handleOf, ownCommands, valueOf } from './own-commands.js';

/** What an agent does not have by then it is never given: a command does not begin when the drill is long over. */
export const DELIVERY_SECONDS = 60;
const LONGEST_COMMENT = 100;

/**
 * Whether a command of this run goes on inside some instances.
 *
 * `resource.id` is a handle, unique in its run, and part of the command's comment; `after` is a SentCommand. Undone by
 * cancelling it; a command that nobody cancels ends by the duration that it was sent with. There is no client token:
 * two of one handle, where an answer was lost, are read as one and cancelled together.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
 */
export const ssmCommandRunning: Driver = {
  attribute: 'ssmCommand.running',
  role: 'cut',
  gone: 'fine',
  batchSize: 1,
  // AWS names no number for these calls
  callsPerSecond: 5,
  // agents that poll hear of a cancellation within seconds
  arrivesSeconds: 10,
  callsFor: (changes) => changes,
  foreign: 'conflict',
  repeatable: true,
  batchKey: (resource) => resource.id,
  relate: relateCommands,
  failure: failureOf,

  ...making({ own: ownCommands, valueOf, create: send, remove: cancel }),
};

function relateCommands({ ours }: Attribute, current: Json): Relation {
  if (current === null) return 'before';
  const now = fieldsOf(current);
  if (!('running' in now)) return 'foreign';
  const running = textsIn(now.running);
  if (running.length + textsIn(now.waiting).length > 0) {
    const wanted = sentCommand(ours.at(-1) ?? null)?.instances ?? [];
    return wanted.length > 0 && wanted.every((id) => running.includes(id)) ? 'after' : 'partly';
  }
  return textsIn(now.cancelling).length > 0 ? 'moving' : 'before';
}

/** One instance on which a document came to nothing is as good as all: the command is one change. */
function failureOf(current: Json): string | undefined {
  const [first, ...others] = Object.entries(fieldsOf(fieldsOf(current).failed));
  if (!first) return undefined;
  const [instance, reason] = first;
  return `${instance}: ${typeof reason === 'string' ? reason : 'failed'}${others.length > 0 ? `, and ${others.length} more` : ''}`;
}

async function send({ resource, after }: Write, context: WriteContext): Promise<string> {
  const { region, id: handle } = resource;
  const command = sentCommand(after);
  const Comment = commentOf(context.run, handle);
  if (!command || Comment.length > LONGEST_COMMENT) {
    throw new KongError('BAD_PLAN', `${handle} is no command that could be sent: ${JSON.stringify(after)}`);
  }
  const there = (await activeCommands(region, context)).find((one) => handleOf(one, context.run) === handle);
  if (there?.CommandId !== undefined) return there.CommandId;
  const { Command } = await context.cloud
    .ssm(region)
    .send(
      context.permit.for(
        new SendCommandCommand({
          DocumentName: command.document,
          InstanceIds: [...command.instances],
          Parameters: Object.fromEntries(Object.entries(command.parameters).map(([name, value]) => [name, [value]])),
          Comment,
          TimeoutSeconds: DELIVERY_SECONDS,
          MaxConcurrency: '100%',
        }),
      ),
    );
  return Command?.CommandId ?? '';
}

async function cancel({ resource: { region, id: handle } }: Write, context: WriteContext): Promise<void> {
  const own = (await activeCommands(region, context)).filter((one) => handleOf(one, context.run) === handle);
  for (const { CommandId } of own) {
    await context.cloud.ssm(region).send(context.permit.for(new CancelCommandCommand({ CommandId })));
  }
}
