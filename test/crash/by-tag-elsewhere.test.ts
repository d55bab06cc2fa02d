import { SendCommandCommand } from '@aws-sdk/client-ssm';
import { CreateExperimentTemplateCommand } from '@aws-sdk/client-fis';
import { describe, expect, it } from 'vitest';
import { RUN_TAG } from '../../src/changes/creation-tags.js';
import { commanded } from '../../src/plan/blast.js';
import { byTags, expectWholeByTags, leftBehind, search } from './by-tags.js';
import { RUN } from './lab.js';
import { prepare } from './trials.js';

const EAST = 'us-east-1';

describe('a rollback by tags, of what a run left to AWS FIS', () => {
  it('never touches a template that kong did not write, whatever its tags say', async () => {
    const { lab } = await prepare('monkey-by-fis');
    const client = await lab.rival.fis(EAST);
    const actions = { wait: { actionId: 'aws:fis:wait', parameters: { duration: 'PT1M' } } };
    const roleArn = `arn:aws:iam::${lab.world.account}:role/fis`;
    const tags = { [RUN_TAG]: RUN, 'kong:handle': 'fis-us-east-1' };
    const template = { description: 'theirs', roleArn, stopConditions: [{ source: 'none' }], actions, tags };
    await client.send(new CreateExperimentTemplateCommand({ ...template, clientToken: 'x' }));
    expect(await search(lab)).toMatchObject({ runs: [], strange: [{ run: RUN, resource: { type: 'fis-template' } }] });
    expect(await byTags(lab)).toEqual([]);
  });

  it.each(['gorilla-by-fis', 'gorilla-fis-action'])('makes the world whole, wherever %s died', async (name) => {
    expect(await expectWholeByTags(name, { every: 2 })).toBeGreaterThan(1);
  });
});

describe('a rollback by tags, of commands inside instances', () => {
  it('leaves alone what says that it is of a run, and runs no document of kong', async () => {
    const prepared = await prepare('monkey-cpu');
    const { lab, plan } = prepared;
    const [instance = ''] = plan.steps.flatMap(({ batches }) => batches.flat()).flatMap(commanded);
    const Comment = `kong ${RUN} instance-cpu-1-1`;
    const script = { DocumentName: 'AWS-RunShellScript', Parameters: { commands: ['sleep 60'] } };
    await lab.rival.ssm(EAST).send(new SendCommandCommand({ ...script, InstanceIds: [instance], Comment }));
    await lab.clock.sleep(3_000);
    expect(await search(lab)).toMatchObject({ runs: [], strange: [{ run: RUN, resource: { type: 'command' } }] });
  });

  it('cancels them, and says that nothing tells what else the run did', async () => {
    const prepared = await prepare('monkey-cpu');
    const { lab, before } = prepared;
    expect(await leftBehind(prepared, 2)).toBe('dead');
    await lab.clock.sleep(5_000);
    expect((await search(lab)).runs).toMatchObject([{ run: RUN, expiresAtMs: expect.any(Number) as number }]);
    const [report] = await byTags(lab);
    expect(report).toMatchObject({ restored: 1, remaining: [], conflicts: [] });
    expect(report?.leftOut).toEqual(['what runs for it does not say what else it did']);
    expect(await lab.snapshot()).toEqual(before);
    expect((await search(lab)).runs).toEqual([]);
  });
});
