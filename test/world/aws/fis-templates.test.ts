import {
  CreateExperimentTemplateCommand,
  DeleteExperimentTemplateCommand,
  GetExperimentTemplateCommand,
  ListExperimentsCommand,
  ListExperimentTemplatesCommand,
  StartExperimentCommand,
  StopExperimentCommand,
} from '@aws-sdk/client-fis';
import { describe, expect, it } from 'vitest';
import { CUT, open, PLAYBACK, start, STOP, template, WAIT, ZONE_A } from './fis-rig.js';
import { present } from './small-world.js';

describe('a template that is refused', () => {
  it.each([
    [
      'an action that is not simulated',
      template({ actionId: 'aws:rds:failover-db-cluster' }),
      /aws:rds:failover-db-cluster/,
    ],
    [
      'a scope that is not simulated',
      template({ ...CUT, parameters: { duration: 'PT2M', scope: 's3' } }, ZONE_A),
      /scope s3/,
    ],
    ['an action without its target', template(STOP), /needs a target Instances/],
    ['a target of another kind', template(STOP, ZONE_A), /works on aws:ec2:instance/],
    [
      'a filter that is not simulated',
      template(STOP, { ...PLAYBACK, filters: [{ path: 'Mood', values: ['good'] }] }),
      /Mood/,
    ],
    ['an odd selection mode', template(STOP, { ...PLAYBACK, selectionMode: 'SOME' }), /SOME/],
    ['a duration below a minute', template({ ...WAIT, parameters: { duration: 'PT5S' } }), /PT5S/],
    ['an action that waits for itself', template({ ...WAIT, startAfter: ['it'] }), /cannot start after it/],
    ['no stop conditions', template(WAIT, undefined, { stopConditions: [] }), /stopConditions/],
    ['no role', template(WAIT, undefined, { roleArn: 'me' }), /roleArn/],
  ])('has %s', async (_what, input, message) => {
    const { fis } = await open();
    const creation = fis.send(new CreateExperimentTemplateCommand(input));
    await expect(creation).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message) as string,
    });
  });

  it('is one that is not there', async () => {
    const { fis } = await open();
    const absent = { name: 'ResourceNotFoundException' };
    await expect(fis.send(new GetExperimentTemplateCommand({ id: 'EXTno' }))).rejects.toMatchObject(absent);
    await expect(fis.send(new StartExperimentCommand({ experimentTemplateId: 'EXTno' }))).rejects.toMatchObject(absent);
    await expect(fis.send(new StopExperimentCommand({ id: 'EXPno' }))).rejects.toMatchObject(absent);
  });
});

describe('experiments and templates', () => {
  it('are the same for the same client token', async () => {
    const { fis } = await open();
    const input = { ...template(WAIT), clientToken: 't' };
    const first = await fis.send(new CreateExperimentTemplateCommand(input));
    const second = await fis.send(new CreateExperimentTemplateCommand(input));
    expect(second.experimentTemplate?.id).toBe(first.experimentTemplate?.id);
    const begin = { experimentTemplateId: first.experimentTemplate?.id, clientToken: 't' };
    const one = await fis.send(new StartExperimentCommand(begin));
    expect((await fis.send(new StartExperimentCommand(begin))).experiment?.id).toBe(one.experiment?.id);
  });

  it('are listed page by page, and templates can be deleted', async () => {
    const rig = await open({ pageSize: 2 });
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.push(await start(rig, template(WAIT)));
    const first = await rig.fis.send(new ListExperimentsCommand({}));
    const second = await rig.fis.send(new ListExperimentsCommand({ nextToken: present(first.nextToken) }));
    const listed = [...(first.experiments ?? []), ...(second.experiments ?? [])].map(({ id }) => id);
    expect(listed).toEqual([...ids].reverse());
    const { experimentTemplates: [one] = [] } = await rig.fis.send(new ListExperimentTemplatesCommand({}));
    await rig.fis.send(new DeleteExperimentTemplateCommand({ id: one?.id }));
    const gone = rig.fis.send(new GetExperimentTemplateCommand({ id: one?.id }));
    await expect(gone).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
