import type { Command } from '@aws-sdk/client-ssm';
import type { Cloud } from '../aws/cloud.js';
import { EXPIRES_AFTER_MS } from './creation-tags.js';
import { commandsGoingOn } from './own-commands.js';
import { RUN_ID, type Tagged } from './tagged.js';

const COMMENT = /^kong (\S+) (\S+)$/;

/**
 * Every command of Systems Manager in one region that some run sent into instances and that goes on: commands have no
 * tags, and their comment says as much. Those of hooks name no instances, and are the hooks' own. Reads only.
 *
 * @throws KongError as the call does
 */
export async function taggedCommands(region: string, cloud: Cloud): Promise<readonly Tagged[]> {
  return (await commandsGoingOn(region, cloud)).flatMap((command) => taggedBy(command, region) ?? []);
}

function taggedBy(command: Command, region: string): Tagged | undefined {
  const { CommandId: id = '', DocumentName: document = '', RequestedDateTime: sentAt } = command;
  const { InstanceIds: instances = [], Comment = '' } = command;
  const [, run = '', handle = ''] = COMMENT.exec(Comment) ?? [];
  if (!RUN_ID.test(run) || instances.length === 0) return undefined;
  const parameters = parametersOf(command);
  const isOurs = document.startsWith('AWSFIS-Run-');
  return {
    ...{ run, id, attribute: 'ssmCommand.running', resource: { type: 'command', region, id: handle } },
    after: { document, parameters, instances: [...instances].sort() },
    expiresAtMs: sentAt && sentAt.getTime() + EXPIRES_AFTER_MS,
    undo: { items: [], leftOut: [] },
    attached: [],
    foreign: isOurs ? undefined : `it runs ${document}, and one of a run runs AWSFIS-Run-…`,
  };
}

function parametersOf({ Parameters = {} }: Command): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(Parameters).map(([name, values]) => [name, values.join(',')]));
}
