import {
  CancelCommandCommand,
  DeleteParameterCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ListCommandInvocationsCommand,
  PutParameterCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import { expect } from 'vitest';
import { allPages } from '../../../src/inventory/paging.js';
import { eventually, NO_SUCH, refusal, there } from '../assertions.js';
import { casesOf, type CloudUnderTest } from '../cloud.js';
import { EAST } from '../contract-world.js';

/** Has a script run on some instances; the command's id. */
async function run(cloud: CloudUnderTest, ids: readonly string[], ...commands: string[]): Promise<string> {
  const DocumentName = 'AWS-RunShellScript';
  const input = { DocumentName, InstanceIds: [...ids], Parameters: { commands } };
  const { Command } = await cloud.aws.ssm(EAST).send(new SendCommandCommand(input));
  return there(Command?.CommandId);
}

async function statusOf(cloud: CloudUnderTest, CommandId: string, InstanceId: string): Promise<string | undefined> {
  const answer = await cloud.aws.ssm(EAST).send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
  return answer.Status;
}

/** Faults inside an instance. */
export const commandCases = casesOf('commands', [
  {
    id: 'commands/unknown-instance',
    title: 'a command for an instance that is not there is refused',
    async run(cloud) {
      expect(await refusal(run(cloud, [NO_SUCH.instance], 'true'))).toBe('InvalidInstanceId');
    },
  },
  {
    id: 'commands/unknown-document',
    title: 'a document that is not there is refused',
    async run(cloud) {
      const InstanceIds = [...(await cloud.group(EAST, 'web'))];
      const send = cloud.aws.ssm(EAST).send(new SendCommandCommand({ DocumentName: 'NotThere', InstanceIds }));
      expect(await refusal(send)).toBe('InvalidDocument');
    },
  },
  {
    id: 'commands/not-sent-there',
    title: 'a command has no invocation on an instance that it was not sent to',
    async run(cloud) {
      const [first = '', second = ''] = await cloud.group(EAST, 'web');
      const CommandId = await run(cloud, [first], 'true');
      expect(await refusal(statusOf(cloud, CommandId, second))).toBe('InvocationDoesNotExist');
    },
  },
  {
    id: 'commands/succeeds',
    title: 'a command ends as a success, one invocation an instance',
    async run(cloud) {
      const ids = await cloud.group(EAST, 'web');
      const CommandId = await run(cloud, ids, 'true');
      for (const id of ids) {
        const status = await eventually(
          cloud,
          () => statusOf(cloud, CommandId, id),
          (one) => one === 'Success',
        );
        expect(status).toBe('Success');
      }
      const { CommandInvocations = [] } = await cloud.aws
        .ssm(EAST)
        .send(new ListCommandInvocationsCommand({ CommandId }));
      expect(CommandInvocations.map(({ InstanceId }) => InstanceId).sort()).toEqual([...ids].sort());
    },
  },
  {
    id: 'commands/cancelled',
    title: 'a command that is cancelled while it works ends as cancelled',
    async run(cloud) {
      const [first = ''] = await cloud.group(EAST, 'web');
      const CommandId = await run(cloud, [first], 'sleep 600');
      await eventually(
        cloud,
        () => statusOf(cloud, CommandId, first),
        (one) => one === 'InProgress',
      );
      await cloud.aws.ssm(EAST).send(new CancelCommandCommand({ CommandId }));
      const last = await eventually(
        cloud,
        () => statusOf(cloud, CommandId, first),
        (one) => one === 'Cancelled',
      );
      expect(last).toBe('Cancelled');
    },
  },
  {
    id: 'commands/agents',
    title: 'the agents of running instances are online',
    async run(cloud) {
      const ids = await cloud.group(EAST, 'web');
      const listed = await allPages(async (token) => {
        const page = new DescribeInstanceInformationCommand({ MaxResults: 5, NextToken: token });
        const answer = await cloud.aws.ssm(EAST).send(page);
        return { items: answer.InstanceInformationList ?? [], next: answer.NextToken };
      });
      const online = listed.filter(({ PingStatus }) => PingStatus === 'Online').map(({ InstanceId }) => InstanceId);
      expect(online).toEqual(expect.arrayContaining([...ids]));
    },
  },
]);

async function put(cloud: CloudUnderTest, Name: string, Value = 'v', Overwrite = false): Promise<number | undefined> {
  const input = { Name, Value, Overwrite, ...(Overwrite ? {} : { Type: 'String' as const }) };
  return (await cloud.aws.ssm(EAST).send(new PutParameterCommand(input))).Version;
}

/** Feature switches that are parameters. */
export const parameterCases = casesOf('parameters', [
  {
    id: 'parameters/exists',
    title: 'a parameter that is there is not written over unless that is asked for',
    async run(cloud) {
      await put(cloud, '/kong/lever');
      expect(await refusal(put(cloud, '/kong/lever', 'w'))).toBe('ParameterAlreadyExists');
      expect(await put(cloud, '/kong/lever', 'w', true)).toBe(2);
      const { Parameter } = await cloud.aws.ssm(EAST).send(new GetParameterCommand({ Name: '/kong/lever' }));
      expect(Parameter).toMatchObject({ Value: 'w', Version: 2, Type: 'String' });
    },
  },
  {
    id: 'parameters/absent',
    title: 'a parameter that is not there is not found, and not deleted',
    async run(cloud) {
      const ssm = cloud.aws.ssm(EAST);
      expect(await refusal(ssm.send(new GetParameterCommand({ Name: '/no' })))).toBe('ParameterNotFound');
      expect(await refusal(ssm.send(new DeleteParameterCommand({ Name: '/no' })))).toBe('ParameterNotFound');
      const { InvalidParameters } = await ssm.send(new GetParametersCommand({ Names: ['/no'] }));
      expect(InvalidParameters).toEqual(['/no']);
    },
  },
  {
    id: 'parameters/pages',
    title: 'pages of one hold every parameter below a path once',
    async run(cloud) {
      for (const name of ['/k/a', '/k/b', '/k/c', '/k/deep/d', '/other']) await put(cloud, name);
      const names = await allPages(async (token) => {
        const page = new GetParametersByPathCommand({ Path: '/k', MaxResults: 1, NextToken: token });
        const answer = await cloud.aws.ssm(EAST).send(page);
        return { items: (answer.Parameters ?? []).map(({ Name }) => Name), next: answer.NextToken };
      });
      expect([...names].sort()).toEqual(['/k/a', '/k/b', '/k/c']);
    },
  },
]);
