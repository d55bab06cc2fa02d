import { ListCommandsCommand, SendCommandCommand, type Command } from '@aws-sdk/client-ssm';
import { REGION, type HookDocument } from '../model/hook.js';
import type { ReadContext, WriteContext } from './driver.js';

/** What an agent does not have by then it is never given. The least that AWS takes is 30. */
const DELIVERY_SECONDS = 60;
const LONGEST_COMMENT = 100;

/** How a document fares: all of it at once. */
export type DocumentState =
  { readonly kind: 'going' } | { readonly kind: 'over' } | { readonly kind: 'failed'; readonly why: string };

/**
 * Runs a document on a region's instances with some tags, as many at a time as AWS is told.
 *
 * @returns the command's id, by which its fate is read
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
 */
export async function sendDocument(
  { document, parameters, tags }: HookDocument,
  { region, about }: { readonly region: string; readonly about: string },
  { cloud, permit, run }: WriteContext,
): Promise<string> {
  const Parameters = Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [name, values.map((value) => value.replaceAll(REGION, region))]),
  );
  const { Command } = await cloud.ssm(region).send(
    permit.for(
      new SendCommandCommand({
        DocumentName: document,
        Targets: Object.entries(tags).map(([key, values]) => ({ Key: `tag:${key}`, Values: [...values] })),
        Parameters,
        Comment: `kong ${run} ${about}`.slice(0, LONGEST_COMMENT),
        TimeoutSeconds: DELIVERY_SECONDS,
        MaxConcurrency: '100%',
        // one that fails must not keep the others cold
        MaxErrors: '100%',
      }),
    ),
  );
  return Command?.CommandId ?? '';
}

/** How a command fares; one that is not listed yet goes on. */
export async function documentState(CommandId: string, region: string, { cloud }: ReadContext): Promise<DocumentState> {
  const { Commands = [] } = await cloud.ssm(region).send(new ListCommandsCommand({ CommandId }));
  return stateOf(Commands[0] ?? {});
}

function stateOf({
  Status = 'Pending',
  StatusDetails,
  TargetCount,
  CompletedCount,
  ErrorCount,
}: Command): DocumentState {
  switch (Status) {
    case 'Pending':
    case 'InProgress':
      return { kind: 'going' };
    case 'Success':
      return TargetCount === 0 ? { kind: 'failed', why: 'no instance has its tags' } : { kind: 'over' };
    case 'Cancelled':
    case 'Cancelling':
    case 'Failed':
    case 'TimedOut':
      return {
        kind: 'failed',
        why: `${StatusDetails ?? Status}: ${ErrorCount ?? 0} of ${TargetCount ?? CompletedCount ?? 0} instances failed`,
      };
  }
}
