import type {
  Command,
  CommandInvocation,
  CommandStatus,
  DescribeDocumentCommandInput,
  DescribeDocumentCommandOutput,
  DescribeInstanceInformationCommandInput,
  DescribeInstanceInformationCommandOutput,
  DocumentParameter,
  GetCommandInvocationCommandInput,
  GetCommandInvocationCommandOutput,
  ListCommandInvocationsCommandInput,
  ListCommandInvocationsCommandOutput,
  ListCommandsCommandInput,
  ListCommandsCommandOutput,
} from '@aws-sdk/client-ssm';
import { AwsFault } from '../aws-fault.js';
import type { CommandRow, InvocationRow } from '../command-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf, type PageRequest } from '../page.js';
import type { InstanceRow } from '../rows.js';
import { isOver } from './commands.js';
import { documentParameters } from './documents.js';

const DEFAULT_RESULTS = 50;

/** How documents, commands and agents are seen. */
export const commandViews = {
  DescribeDocumentCommand({ Name = '' }: DescribeDocumentCommandInput): Answer<DescribeDocumentCommandOutput> {
    const Parameters = documentParameters(Name).map(([name, value]): DocumentParameter => {
      return { Name: name, Type: 'String', ...(value === undefined ? {} : { DefaultValue: value }) };
    });
    return { Document: { Name, Owner: 'Amazon', DocumentType: 'Command', Status: 'Active', Parameters } };
  },

  ListCommandsCommand(input: ListCommandsCommandInput, context: CallContext): Answer<ListCommandsCommandOutput> {
    const all = commandsOf(input, context).filter((row) => (input.Filters ?? []).every((one) => passes(row, one)));
    const { items, next } = pageOf(all, ssmPage(input, context));
    return { Commands: items.map(toCommand), NextToken: next };
  },

  ListCommandInvocationsCommand(
    input: ListCommandInvocationsCommandInput,
    context: CallContext,
  ): Answer<ListCommandInvocationsCommandOutput> {
    const all = commandsOf(input, context)
      .flatMap((row) => row.invocations.map((one) => ({ row, one })))
      .filter(({ one }) => input.InstanceId === undefined || one.instance === input.InstanceId)
      .filter(({ row, one }) => (input.Filters ?? []).every((filter) => passes(row, filter, one)));
    const { items, next } = pageOf(all, ssmPage(input, context));
    return { CommandInvocations: items.map(({ row, one }) => toInvocation(row, one, input.Details)), NextToken: next };
  },

  GetCommandInvocationCommand(
    input: GetCommandInvocationCommandInput,
    { sim, region }: CallContext,
  ): Answer<GetCommandInvocationCommandOutput> {
    const row = sim.store.commands.get(input.CommandId ?? '');
    const one = row?.invocations.find(({ instance }) => instance === input.InstanceId);
    if (row?.region !== region || !one)
      throw new AwsFault(
        'InvocationDoesNotExist',
        `${input.CommandId ?? ''} was not sent to ${input.InstanceId ?? ''}`,
      );
    const over = isOver(one);
    return {
      CommandId: row.id,
      InstanceId: one.instance,
      Comment: row.comment,
      DocumentName: row.document,
      ResponseCode: over ? one.code : -1,
      ExecutionStartDateTime: timeText(one.startedMs),
      ExecutionEndDateTime: over ? timeText(one.endsMs) : '',
      Status: one.status,
      StatusDetails: one.details,
      StandardOutputContent: over ? one.output : '',
      StandardErrorContent: over ? one.error : '',
    };
  },

  DescribeInstanceInformationCommand(
    input: DescribeInstanceInformationCommandInput,
    context: CallContext,
  ): Answer<DescribeInstanceInformationCommandOutput> {
    const { sim, region } = context;
    const all = sim.store.instances
      .seen(sim.nowMs)
      .filter((row) => row.region === region && row.state !== 'pending' && row.state !== 'terminated')
      .filter((row) => (input.Filters ?? []).every(({ Key, Values }) => isAgent(row, Key ?? '', Values ?? [])));
    const { items, next } = pageOf(all, ssmPage(input, context));
    return {
      InstanceInformationList: items.map((row) => ({
        InstanceId: row.id,
        PingStatus: pingOf(row),
        LastPingDateTime: new Date(sim.nowMs),
        PlatformType: 'Linux',
        PlatformName: 'Amazon Linux',
        PlatformVersion: '2023',
        AgentVersion: '3.3.0.0',
        ResourceType: 'EC2Instance',
        IPAddress: row.address,
      })),
      NextToken: next,
    };
  },
} satisfies Operations;

interface PagedInput {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** How Systems Manager pages its lists. */
export function ssmPage({ NextToken, MaxResults }: PagedInput, { sim }: CallContext): PageRequest {
  const max = Math.min(MaxResults ?? DEFAULT_RESULTS, DEFAULT_RESULTS);
  return { token: NextToken, max, pageSize: sim.behaviour.pageSize, badToken: 'InvalidNextToken' };
}

interface Named {
  readonly CommandId?: string | undefined;
  readonly InstanceId?: string | undefined;
}

/** The newest first. */
function commandsOf(
  { CommandId: id, InstanceId: instance }: Named,
  { sim, region }: CallContext,
): readonly CommandRow[] {
  const isThere = (row: CommandRow): boolean =>
    instance === undefined || row.invocations.some((one) => one.instance === instance);
  return [...sim.store.commands.all()]
    .filter((row) => row.region === region && (id === undefined || row.id === id) && isThere(row))
    .reverse();
}

interface CommandFilter {
  readonly key: string | undefined;
  readonly value: string | undefined;
}

function passes(row: CommandRow, { key, value = '' }: CommandFilter, one?: InvocationRow): boolean {
  if (key === 'Status') return (one?.status ?? statusOf(row)) === value;
  if (key === 'ExecutionStage') return isUnderWay(statusOf(row)) === (value === 'Executing');
  if (key === 'DocumentName') return row.document === value;
  if (key === 'InvokedAfter') return row.requestedMs > Date.parse(value);
  if (key === 'InvokedBefore') return row.requestedMs < Date.parse(value);
  throw new AwsFault('InvalidFilterKey', `The filter ${key ?? ''} is not valid`);
}

function isUnderWay(status: CommandStatus): boolean {
  return status === 'Pending' || status === 'InProgress' || status === 'Cancelling';
}

/** A command as the API has it. */
export function toCommand(row: CommandRow): Command {
  const { invocations } = row;
  const status = statusOf(row);
  const failed = invocations.filter((one) => one.status === 'Failed' || one.status === 'TimedOut').length;
  return {
    CommandId: row.id,
    DocumentName: row.document,
    Comment: row.comment,
    ExpiresAfter: new Date(row.expiresMs),
    Parameters: Object.fromEntries(Object.entries(row.parameters).map(([name, values]) => [name, [...values]])),
    InstanceIds: row.targets.length > 0 ? [] : invocations.map(({ instance }) => instance),
    Targets: row.targets.map(({ key, values }) => ({ Key: key, Values: [...values] })),
    RequestedDateTime: new Date(row.requestedMs),
    Status: status,
    StatusDetails: invocations.length === 0 ? 'NoInstancesInTag' : status,
    TimeoutSeconds: row.timeoutSeconds,
    MaxConcurrency: String(row.most.working),
    MaxErrors: String(row.most.failed),
    TargetCount: invocations.length,
    CompletedCount: invocations.filter(isOver).length,
    ErrorCount: failed,
    DeliveryTimedOutCount: invocations.filter(({ details }) => details === 'DeliveryTimedOut').length,
  };
}

function statusOf({ invocations }: CommandRow): CommandStatus {
  const has = (status: InvocationRow['status']): boolean => invocations.some((one) => one.status === status);
  if (has('Cancelling')) return 'Cancelling';
  if (has('InProgress')) return 'InProgress';
  if (has('Pending')) return invocations.some(isOver) ? 'InProgress' : 'Pending';
  if (has('Failed')) return 'Failed';
  if (has('TimedOut')) return 'TimedOut';
  return has('Cancelled') ? 'Cancelled' : 'Success';
}

function toInvocation(row: CommandRow, one: InvocationRow, detailed: boolean | undefined): CommandInvocation {
  const { status, output, error, code } = one;
  return {
    CommandId: row.id,
    InstanceId: one.instance,
    InstanceName: '',
    Comment: row.comment,
    DocumentName: row.document,
    RequestedDateTime: new Date(row.requestedMs),
    Status: one.status,
    StatusDetails: one.details,
    CommandPlugins:
      detailed === true && status !== 'Cancelling'
        ? [{ Name: row.document, Status: status, Output: output + error, ResponseCode: code }]
        : [],
  };
}

function timeText(ms: number | null): string {
  return ms === null ? '' : new Date(ms).toISOString();
}

function pingOf({ state }: InstanceRow): 'Online' | 'ConnectionLost' {
  return state === 'running' ? 'Online' : 'ConnectionLost';
}

function isAgent(row: InstanceRow, key: string, values: readonly string[]): boolean {
  if (key === 'InstanceIds') return values.includes(row.id);
  if (key === 'PingStatus') return values.includes(pingOf(row));
  if (key === 'PlatformTypes') return values.includes('Linux');
  if (key === 'tag-key') return values.some((name) => Object.hasOwn(row.tags, name));
  const value = row.tags[key.replace(/^tag:/, '')];
  if (key.startsWith('tag:')) return value !== undefined && values.includes(value);
  throw new AwsFault('InvalidInstanceInformationFilterValue', `The filter ${key} is not valid`);
}
