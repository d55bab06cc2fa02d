import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  type PutParameterCommandOutput,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import type { SimBehaviour } from '../../../src/world/aws/behaviour.js';
import { moreClients } from './more-clients.js';
import { openSmall, WEST } from './small-world.js';

const open = (behaviour: Partial<SimBehaviour> = {}): SSMClient => moreClients(openSmall(behaviour)).ssm;

function put(
  ssm: SSMClient,
  Name: string,
  more: Partial<PutParameterCommandInput> = {},
): Promise<PutParameterCommandOutput> {
  return ssm.send(new PutParameterCommand({ Name, Value: 'v', Type: 'String', ...more }));
}

describe('a parameter', () => {
  it('is not written over unless asked for', async () => {
    const ssm = open();
    await put(ssm, '/kong/lever');
    await expect(put(ssm, '/kong/lever', { Value: 'w' })).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/kong/lever' }));
    expect(Parameter).toMatchObject({ Value: 'v', Version: 1 });
  });

  it.each([
    ['without a type', { Type: undefined }],
    ['with an empty value', { Value: '' }],
    ['with an odd name', { Name: 'a b' }],
  ])('is refused %s', async (_what, more) => {
    await expect(put(open(), '/kong/lever', more)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('is not found where it is not', async () => {
    const small = openSmall();
    await put(moreClients(small).ssm, '/kong/lever');
    const { ssm } = moreClients(small, WEST);
    await expect(ssm.send(new GetParameterCommand({ Name: '/kong/lever' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    await expect(ssm.send(new DeleteParameterCommand({ Name: '/kong/lever' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  });

  it('has one version more each time it is written over', async () => {
    const ssm = open();
    await put(ssm, '/kong/lever');
    expect(await put(ssm, '/kong/lever', { Value: 'w', Overwrite: true, Type: undefined })).toMatchObject({
      Version: 2,
    });
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/kong/lever:2' }));
    expect(Parameter).toMatchObject({ Value: 'w', Version: 2, Type: 'String' });
    const old = ssm.send(new GetParameterCommand({ Name: '/kong/lever:1' }));
    await expect(old).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
  });

  it('is read with others, and those that are not there are named', async () => {
    const ssm = open();
    await put(ssm, '/a');
    const answer = await ssm.send(new GetParametersCommand({ Names: ['/a', '/b'] }));
    expect(answer).toMatchObject({ Parameters: [{ Name: '/a' }], InvalidParameters: ['/b'] });
  });

  it('is found below its path, page by page', async () => {
    const ssm = open({ pageSize: 2 });
    for (const name of ['/k/a', '/k/b', '/k/c', '/k/deep/d', '/other']) await put(ssm, name);
    const names: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await ssm.send(new GetParametersByPathCommand({ Path: '/k', NextToken }));
      names.push(...(page.Parameters ?? []).map(({ Name }) => Name));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(names).toEqual(['/k/a', '/k/b', '/k/c']);
    const all = await ssm.send(new GetParametersByPathCommand({ Path: '/k/deep/', Recursive: true }));
    expect(all.Parameters).toMatchObject([{ Name: '/k/deep/d' }]);
  });

  it('is seen late where reads lag', async () => {
    const small = openSmall({ readLagMs: 10_000 });
    const { ssm } = moreClients(small);
    await put(ssm, '/a');
    await expect(ssm.send(new GetParameterCommand({ Name: '/a' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    small.pass(10_000);
    expect((await ssm.send(new GetParameterCommand({ Name: '/a' }))).Parameter).toMatchObject({ Value: 'v' });
  });
});
