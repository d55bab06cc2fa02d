import type {
  CancelCommandCommandInput,
  CancelCommandCommandOutput,
  SendCommandCommandInput,
  SendCommandCommandOutput,
} from '@aws-sdk/client-ssm';
import { AwsFault, notSimulated } from '../aws-fault.js';
import type { CommandRow } from '../command-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import type { InstanceRow } from '../rows.js';
import { cancelCommand, issueCommand } from './commands.js';
import { checkDocument } from './documents.js';
import { toCommand } from './command-views.js';

const MOST_NAMED = 50;
const DEFAULT_TIMEOUT_SECONDS = 3_600;
const DEFAULT_AT_ONCE = '50';

/**
 * Run Command: documents on instances whose agent answers, which are those that run.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html
 */
export const commandOperations = {
  SendCommandCommand(input: SendCommandCommandInput, context: CallContext): Answer<SendCommandCommandOutput> {
    const { sim, region } = context;
    refuseUnknown(input);
    const document = input.DocumentName ?? '';
    const parameters = Object.fromEntries(
      Object.entries(input.Parameters ?? {}).map(([name, values]) => [name, [...values]]),
    );
    const instances = instancesOf(input, context).map(({ id }) => id);
    checkDocument(document, parameters);
    const command = issueCommand(
      sim,
      {
        region,
        document,
        parameters,
        targets: (input.Targets ?? []).map(({ Key = '', Values = [] }) => ({ key: Key, values: Values })),
        comment: input.Comment ?? '',
        timeoutSeconds: timeoutOf(input),
        most: {
          working: Math.max(1, countOf(input.MaxConcurrency ?? DEFAULT_AT_ONCE, instances.length)),
          failed: countOf(input.MaxErrors ?? '0', instances.length),
        },
      },
      instances,
    );
    return { Command: toCommand(command) };
  },

  CancelCommandCommand(input: CancelCommandCommandInput, context: CallContext): Answer<CancelCommandCommandOutput> {
    const row = commandOf(input.CommandId, context);
    const known = row.invocations.map(({ instance }) => instance);
    const stranger = input.InstanceIds?.find((id) => !known.includes(id));
    if (stranger !== undefined) throw invalidInstance(stranger);
    cancelCommand(context.sim, row, input.InstanceIds);
    return {};
  },
} satisfies Operations;

/**
 * A command of the call's region.
 * @throws AwsFault InvalidCommandId
 */
export function commandOf(id: string | undefined, { sim, region }: CallContext): CommandRow {
  const row = sim.store.commands.get(id ?? '');
  if (row?.region !== region) throw new AwsFault('InvalidCommandId', `There is no command ${id ?? ''}`);
  return row;
}

const SIMULATED: readonly string[] = [
  'InstanceIds',
  'Targets',
  'DocumentName',
  'DocumentVersion',
  'TimeoutSeconds',
  'Comment',
  'Parameters',
  'MaxConcurrency',
  'MaxErrors',
];

function refuseUnknown(input: SendCommandCommandInput): void {
  const odd = Object.entries(input).find(([key, value]) => value !== undefined && !SIMULATED.includes(key));
  if (odd) throw notSimulated(`SendCommand with ${odd[0]}`);
}

function timeoutOf({ TimeoutSeconds: seconds = DEFAULT_TIMEOUT_SECONDS }: SendCommandCommandInput): number {
  if (seconds < 30 || seconds > 2_592_000) throw invalid(`TimeoutSeconds must be from 30 to 2592000, not ${seconds}`);
  return seconds;
}

/** `10` or `10%`. */
function countOf(text: string, of: number): number {
  const [, number, percent] = /^(\d+)(%?)$/.exec(text) ?? [];
  if (number === undefined) throw invalid(`'${text}' is neither a number nor a percentage`);
  return percent === '%' ? Math.floor((Number(number) / 100) * of) : Number(number);
}

function instancesOf(input: SendCommandCommandInput, context: CallContext): readonly InstanceRow[] {
  const { InstanceIds: ids = [], Targets: targets = [] } = input;
  if ((ids.length === 0) === (targets.length === 0))
    throw invalid('Exactly one of InstanceIds and Targets must be given');
  if (ids.length > MOST_NAMED) throw invalid(`At most ${MOST_NAMED} InstanceIds`);
  if (ids.length > 0) return [...new Set(ids)].map((id) => runningOf(id, context));
  const tests = targets.map(({ Key = '', Values = [] }) => targetTest(Key, Values));
  const { sim, region } = context;
  return [...sim.store.instances.all()].filter(
    (row) => row.region === region && row.state === 'running' && tests.every((test) => test(row)),
  );
}

function targetTest(key: string, values: readonly string[]): (row: InstanceRow) => boolean {
  if (/^instanceids$/i.test(key)) return ({ id }) => values.includes(id);
  if (key === 'tag-key') return ({ tags }) => values.some((name) => Object.hasOwn(tags, name));
  if (!key.startsWith('tag:')) throw new AwsFault('InvalidTarget', `The target key ${key} is not valid`);
  const name = key.slice('tag:'.length);
  return ({ tags }) => tags[name] !== undefined && values.includes(tags[name]);
}

function runningOf(id: string, { sim, region }: CallContext): InstanceRow {
  const row = sim.store.instances.get(id);
  if (row?.region !== region || row.state !== 'running') throw invalidInstance(id);
  return row;
}

function invalidInstance(id: string): AwsFault {
  return new AwsFault('InvalidInstanceId', `Instances [[${id}]] not in a valid state for account`);
}

function invalid(message: string): AwsFault {
  return new AwsFault('ValidationException', message);
}
