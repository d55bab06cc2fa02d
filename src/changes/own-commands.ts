import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import {
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  type Command,
  type CommandInvocation,
} from '@aws-sdk/client-ssm';
import type { Cloud } from '../aws/cloud.js';
import { allPages } from '../inventory/paging.js';
import type { Json } from '../model/json.js';
import type { ReadContext } from './driver.js';
import type { Own } from './made.js';

/** One command that this run sent, with how its instances fare. */
export interface OwnCommand extends Own {
  readonly document: string;
  /** Instances where it works. */
  readonly running: readonly string[];
  /** Instances whose agent does not have it yet, or does not work at it. */
  readonly waiting: readonly string[];
  /** Instances whose agent was told to stop and has not said that it did. */
  readonly cancelling: readonly string[];
  /** Instances where it came to nothing, with what the agent says. */
  readonly failed: Readonly<Record<string, string>>;
}

/** How long after its own end the answer of an agent may come, or a clock be off. */
const SLACK_MS = 60_000;
/** What has not come to its end: by its stage, and by what comes before AWS counts it among those. */
const ACTIVE = [
  { key: 'ExecutionStage', value: 'Executing' },
  { key: 'Status', value: 'Pending' },
  { key: 'Status', value: 'InProgress' },
] as const;
const COMMAND_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LONGEST_REASON = 200;

/** What a command carries of whose it is: commands have no tags, and a client token neither. At most 100 characters. */
export function commentOf(run: string, handle: string): string {
  return `kong ${run} ${handle}`;
}

/**
 * The commands of a region that this run sent and that have not come to their end, by the comment that they carry: also
 * those whose answer was lost.
 */
export async function activeCommands(region: string, { cloud, run }: ReadContext): Promise<readonly Command[]> {
  const all = await commandsGoingOn(region, cloud);
  return all.filter(({ Comment = '' }) => Comment.startsWith(commentOf(run, '')));
}

/** Every command of a region that has not come to its end, whoever sent it. */
export async function commandsGoingOn(region: string, cloud: Cloud): Promise<readonly Command[]> {
  const listed = await Promise.all(
    ACTIVE.map((filter) =>
      allPages(async (token) => {
        const answer = await cloud.ssm(region).send(new ListCommandsCommand({ Filters: [filter], NextToken: token }));
        return { items: answer.Commands ?? [], next: answer.NextToken };
      }),
    ),
  );
  // one may have gone on from one state to the next between two lists
  return [...new Map(listed.flat().map((command) => [command.CommandId, command])).values()];
}

/** Which of a run's commands an active one is: its handle. */
export function handleOf({ Comment = '' }: Pick<Command, 'Comment'>, run: string): string {
  return Comment.slice(commentOf(run, '').length);
}

/**
 * Every command of a region that this run sent and that is known: those that go on, and those whose answer named them.
 * Two with one handle, where an answer was lost on the way, count as one.
 */
export async function ownCommands(region: string, context: ReadContext): Promise<readonly OwnCommand[]> {
  const active = await activeCommands(region, context);
  const ids = new Map<string, readonly [handle: string, Command?]>(
    [...context.created].flatMap(([handle, id]) => (COMMAND_ID.test(id) ? [[id, [handle]] as const] : [])),
  );
  for (const command of active) ids.set(command.CommandId ?? '', [handleOf(command, context.run), command]);
  const found = await Promise.all(
    [...ids].map(async ([id, [handle, command]]) => {
      const all = await invocationsOf(id, region, context);
      return ownCommand({ id, handle }, isOver(command, context) ? { all: [] } : { command, all });
    }),
  );
  return alive(merged(found), region, context);
}

/** Every instance that a command was meant for, as far as it is known yet, with how it fares there. */
export function invocationsOf(
  CommandId: string,
  region: string,
  { cloud }: Pick<ReadContext, 'cloud'>,
): Promise<readonly CommandInvocation[]> {
  return allPages(async (token) => {
    const page = new ListCommandInvocationsCommand({ CommandId, Details: true, NextToken: token });
    const answer = await cloud.ssm(region).send(page);
    return { items: answer.CommandInvocations ?? [], next: answer.NextToken };
  });
}

/** Whether a command has ended by its own clock, whatever an agent that nobody hears of has not said. */
function isOver(command: Command | undefined, { nowMs }: ReadContext): boolean {
  const { RequestedDateTime: sentAt, TimeoutSeconds: delivery = 0, Parameters: parameters } = command ?? {};
  const lasts = Number(parameters?.DurationSeconds?.[0] ?? NaN);
  if (nowMs === undefined || sentAt === undefined || Number.isNaN(lasts)) return false;
  return nowMs > sentAt.getTime() + (delivery + lasts) * 1_000 + SLACK_MS;
}

interface Listed {
  /** Undefined where it has come to its end. */
  readonly command?: Command | undefined;
  readonly all: readonly CommandInvocation[];
}

function ownCommand(own: Own, { command, all }: Listed): OwnCommand {
  const inState = (...states: readonly string[]): readonly string[] =>
    all.filter(({ Status = '' }) => states.includes(Status)).map(({ InstanceId = '' }) => InstanceId);
  const failed = all.filter(({ Status }) => Status === 'Failed' || Status === 'TimedOut');
  return {
    ...own,
    document: command?.DocumentName ?? all[0]?.DocumentName ?? '',
    running: inState('InProgress'),
    // a command is listed before its invocations are
    waiting: all.length === 0 ? (command?.InstanceIds ?? []) : inState('Pending', 'Delayed'),
    cancelling: inState('Cancelling'),
    failed: Object.fromEntries(failed.map((one) => [one.InstanceId ?? '', reasonOf(one)])),
  };
}

/** What the agent said of an invocation that came to nothing. */
export function reasonOf({ StatusDetails, Status, CommandPlugins = [] }: CommandInvocation): string {
  const output = CommandPlugins.map((plugin) => plugin.Output ?? '')
    .join(' ')
    .trim();
  return `${StatusDetails ?? Status ?? 'unknown'}${output === '' ? '' : `: ${output}`}`.slice(0, LONGEST_REASON);
}

function merged(all: readonly OwnCommand[]): readonly OwnCommand[] {
  const byHandle = new Map<string, OwnCommand>();
  for (const one of all) {
    const other = byHandle.get(one.handle);
    byHandle.set(one.handle, other ? both(other, one) : one);
  }
  return [...byHandle.values()];
}

function both(a: OwnCommand, b: OwnCommand): OwnCommand {
  return {
    ...a,
    running: [...new Set([...a.running, ...b.running])],
    waiting: [...new Set([...a.waiting, ...b.waiting])],
    cancelling: [...new Set([...a.cancelling, ...b.cancelling])],
    failed: { ...a.failed, ...b.failed },
  };
}

/**
 * Without instances that are gone: nothing runs there any more. One that does not run may go on with a command when it
 * starts again, unless it was told to stop.
 */
async function alive(
  commands: readonly OwnCommand[],
  region: string,
  { cloud }: ReadContext,
): Promise<readonly OwnCommand[]> {
  const asked = [...new Set(commands.flatMap((one) => [...one.running, ...one.waiting, ...one.cancelling]))];
  if (asked.length === 0) return commands;
  const states = await statesOf(asked, region, { cloud });
  const isThere = (id: string): boolean => !isGone(states.get(id));
  return commands.map((one) => ({
    ...one,
    running: one.running.filter(isThere),
    waiting: one.waiting.filter(isThere),
    cancelling: one.cancelling.filter((id) => states.get(id) === 'running'),
  }));
}

/**
 * How instances are, by id; what AWS does not know any more is absent.
 *
 * @param asked - at most 200, as AWS takes values of a filter
 */
export async function statesOf(
  asked: readonly string[],
  region: string,
  { cloud }: Pick<ReadContext, 'cloud'>,
): Promise<ReadonlyMap<string, string>> {
  const Filters = [{ Name: 'instance-id', Values: [...asked] }];
  const states = await allPages(async (token) => {
    const answer = await cloud.ec2(region).send(new DescribeInstancesCommand({ Filters, NextToken: token }));
    const there = (answer.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
    const items = there.map(({ InstanceId = '', State }) => [InstanceId, State?.Name ?? ''] as const);
    return { items, next: answer.NextToken };
  });
  return new Map(states);
}

/** Whether nothing runs there any more, and never will. */
export function isGone(state: string | undefined): boolean {
  return ['', 'shutting-down', 'terminated'].includes(state ?? '');
}

/** A command as the value of an attribute: null once nothing of it goes on, and nothing failed. */
export function valueOf({ document, running, waiting, cancelling, failed }: OwnCommand): Json {
  const isQuiet = running.length + waiting.length + cancelling.length + Object.keys(failed).length === 0;
  if (isQuiet) return null;
  const sorted = (ids: readonly string[]): readonly string[] => [...ids].sort();
  return { document, running: sorted(running), waiting: sorted(waiting), cancelling: sorted(cancelling), failed };
}
