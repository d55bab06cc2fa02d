import type {
  DeleteParameterCommandInput,
  DeleteParameterCommandOutput,
  GetParameterCommandInput,
  GetParameterCommandOutput,
  GetParametersByPathCommandInput,
  GetParametersByPathCommandOutput,
  GetParametersCommandInput,
  GetParametersCommandOutput,
  Parameter,
  PutParameterCommandInput,
  PutParameterCommandOutput,
} from '@aws-sdk/client-ssm';
import { AwsFault } from '../aws-fault.js';
import type { ParameterRow } from '../command-rows.js';
import type { Answer, CallContext, Operations } from '../operation.js';
import { pageOf } from '../page.js';

const NAME = /^[\w./-]+$/;
const MOST_CHARACTERS = 4_096;
const MOST_NAMED = 10;
const PAGE = 10;
const TYPES = ['String', 'StringList', 'SecureString'] as const;

/**
 * The Parameter Store: only the newest version of each parameter is kept.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
 */
export const parameterOperations = {
  PutParameterCommand(
    input: PutParameterCommandInput,
    { sim, region }: CallContext,
  ): Answer<PutParameterCommandOutput> {
    const name = input.Name ?? '';
    const value = input.Value ?? '';
    const before = sim.store.parameters.get(idOf(region, name));
    if (!NAME.test(name)) throw invalid(`Parameter name: can't be "${name}": only a-zA-Z0-9_.-/ are allowed`);
    if (before && input.Overwrite !== true) {
      throw new AwsFault('ParameterAlreadyExists', `The parameter ${name} already exists; set Overwrite to change it.`);
    }
    if (value === '' || value.length > MOST_CHARACTERS)
      throw invalid(`Value must have 1 to ${MOST_CHARACTERS} characters`);
    const type = TYPES.find((one) => one === (input.Type ?? before?.type));
    if (!type) throw invalid('A parameter type is required when you create a parameter.');
    const version = (before?.version ?? 0) + 1;
    const row = { id: idOf(region, name), region, name, type, value, version, modifiedMs: sim.nowMs };
    sim.store.parameters.put(row, sim.seenFromMs());
    return { Version: version, Tier: 'Standard' };
  },

  GetParameterCommand(input: GetParameterCommandInput, context: CallContext): Answer<GetParameterCommandOutput> {
    return { Parameter: toParameter(parameterOf(input.Name, context), context) };
  },

  GetParametersCommand(input: GetParametersCommandInput, context: CallContext): Answer<GetParametersCommandOutput> {
    const names = input.Names ?? [];
    if (names.length > MOST_NAMED) throw invalid(`At most ${MOST_NAMED} names a call`);
    const found = seenIn(context).filter(({ name }) => names.includes(name));
    return {
      Parameters: found.map((row) => toParameter(row, context)),
      InvalidParameters: names.filter((name) => !found.some((row) => row.name === name)),
    };
  },

  GetParametersByPathCommand(
    input: GetParametersByPathCommandInput,
    context: CallContext,
  ): Answer<GetParametersByPathCommandOutput> {
    if (input.ParameterFilters?.length) throw new AwsFault('InvalidFilterKey', 'Filters are not simulated');
    const path = `${input.Path ?? ''}/`.replace(/\/+$/, '/');
    if (!path.startsWith('/')) throw invalid(`The path must begin with /: ${path}`);
    const below = seenIn(context)
      .filter(({ name }) => name.startsWith(path))
      .filter(({ name }) => input.Recursive === true || !name.slice(path.length).includes('/'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const { items, next } = pageOf(below, {
      token: input.NextToken,
      max: Math.min(input.MaxResults ?? PAGE, PAGE),
      pageSize: context.sim.behaviour.pageSize,
      badToken: 'InvalidNextToken',
    });
    return { Parameters: items.map((row) => toParameter(row, context)), NextToken: next };
  },

  DeleteParameterCommand(
    input: DeleteParameterCommandInput,
    { sim, region }: CallContext,
  ): Answer<DeleteParameterCommandOutput> {
    const id = idOf(region, input.Name ?? '');
    if (!sim.store.parameters.get(id)) throw notFound(input.Name);
    sim.store.parameters.remove(id, sim.seenFromMs());
    return {};
  },
} satisfies Operations;

function idOf(region: string, name: string): string {
  return `${region} ${name}`;
}

function seenIn({ sim, region }: CallContext): readonly ParameterRow[] {
  return sim.store.parameters.seen(sim.nowMs).filter((row) => row.region === region);
}

/** `NAME`, or `NAME:VERSION` of the newest one. */
function parameterOf(given: string | undefined, { sim, region }: CallContext): ParameterRow {
  const [name = '', version] = (given ?? '').split(':');
  const row = sim.store.parameters.seenOne(idOf(region, name), sim.nowMs);
  if (!row) throw notFound(given);
  if (version !== undefined && Number(version) !== row.version)
    throw new AwsFault('ParameterVersionNotFound', `Systems Manager could not find version ${version} of ${name}.`);
  return row;
}

function toParameter(row: ParameterRow, { sim }: CallContext): Parameter {
  return {
    Name: row.name,
    Type: row.type,
    Value: row.value,
    Version: row.version,
    LastModifiedDate: new Date(row.modifiedMs),
    ARN: `arn:aws:ssm:${row.region}:${sim.world.account}:parameter/${row.name.replace(/^\//, '')}`,
    DataType: 'text',
  };
}

function notFound(name: string | undefined): AwsFault {
  return new AwsFault('ParameterNotFound', `The parameter ${name ?? ''} is not there`);
}

function invalid(message: string): AwsFault {
  return new AwsFault('ValidationException', message);
}
