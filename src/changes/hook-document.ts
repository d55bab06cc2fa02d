import { ListCommandsCommand, SendCommandCommand, type CommandInvocation } from '@aws-sdk/client-ssm';
import { REGION, type HookDocument } from '../model/hook.js';
import type { ReadContext, WriteContext } from './driver.js';
import { invocationsOf, isGone, reasonOf, statesOf } from './own-commands.js';

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

/**
 * How a command fares; one that is not listed yet goes on. What it came to on an instance that is gone does not count:
 * a group that shrinks, as it does in an undo, would have it wait for an agent that never answers.
 */
export async function documentState(id: string, region: string, context: ReadContext): Promise<DocumentState> {
  const { Commands = [] } = await context.cloud.ssm(region).send(new ListCommandsCommand({ CommandId: id }));
  const { Status = 'Pending', TargetCount } = Commands[0] ?? {};
  if (Status === 'Pending') return { kind: 'going' };
  if (Status === 'Success') return TargetCount === 0 ? NOBODY : { kind: 'over' };
  const all = await invocationsOf(id, region, context);
  const open = all.filter((one) => one.Status !== 'Success');
  const there = await onesThere(open, region, context);
  const isSpreading = Status === 'InProgress' && all.length < (TargetCount ?? 1);
  const going = isSpreading || there.some((one) => isUnderWay(one.Status));
  if (going) return { kind: 'going' };
  return there[0] ? failedAt(there[0], there.length) : { kind: 'over' };
}

const NOBODY: DocumentState = { kind: 'failed', why: 'no instance has its tags' };
/** As many values as a filter takes. */
const MOST_ASKED = 200;

async function onesThere(
  open: readonly CommandInvocation[],
  region: string,
  context: ReadContext,
): Promise<readonly CommandInvocation[]> {
  const ids = open.flatMap(({ InstanceId }) => InstanceId ?? []);
  const parts = Array.from({ length: Math.ceil(ids.length / MOST_ASKED) }, (_, n) => n * MOST_ASKED);
  const read = await Promise.all(parts.map((from) => statesOf(ids.slice(from, from + MOST_ASKED), region, context)));
  const states = new Map(read.flatMap((one) => [...one]));
  return open.filter(({ InstanceId = '' }) => !isGone(states.get(InstanceId)));
}

function isUnderWay(status: CommandInvocation['Status']): boolean {
  return status === 'Pending' || status === 'InProgress' || status === 'Delayed' || status === 'Cancelling';
}

function failedAt(first: CommandInvocation, many: number): DocumentState {
  const others = many > 1 ? `, and ${many - 1} more` : '';
  return { kind: 'failed', why: `${first.InstanceId ?? 'an instance'}: ${reasonOf(first)}${others}` };
}
