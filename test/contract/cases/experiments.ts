import {
  CreateExperimentTemplateCommand,
  DeleteExperimentTemplateCommand,
  GetExperimentCommand,
  GetExperimentTemplateCommand,
  ListExperimentsCommand,
  StartExperimentCommand,
  StopExperimentCommand,
  type CreateExperimentTemplateCommandInput,
} from '@aws-sdk/client-fis';
import { expect } from 'vitest';
import { statesOf, eventually, refusal, there } from '../assertions.js';
import { casesOf, type CloudUnderTest } from '../cloud.js';
import { EAST } from '../contract-world.js';

type Template = CreateExperimentTemplateCommandInput;

const WAIT: NonNullable<Template['actions']>[string] = { actionId: 'aws:fis:wait', parameters: { duration: 'PT5M' } };

function template(more: Partial<Template> = {}): Template {
  return {
    description: 'a contract case',
    roleArn: 'arn:aws:iam::123456789012:role/fis',
    stopConditions: [{ source: 'none' }],
    actions: { it: WAIT },
    clientToken: 'contract',
    ...more,
  };
}

async function start(cloud: CloudUnderTest, input: Template = template()): Promise<string> {
  const fis = await cloud.aws.fis(EAST);
  const { experimentTemplate } = await fis.send(new CreateExperimentTemplateCommand(input));
  const begin = { experimentTemplateId: experimentTemplate?.id, clientToken: 'contract' };
  return there((await fis.send(new StartExperimentCommand(begin))).experiment?.id);
}

async function statusOf(cloud: CloudUnderTest, id: string): Promise<string | undefined> {
  const fis = await cloud.aws.fis(EAST);
  return (await fis.send(new GetExperimentCommand({ id }))).experiment?.state?.status;
}

const ACTIVE = ['pending', 'initiating', 'running'];

/** Somebody else's experiments, which a drill keeps out of the way of. */
export const experimentCases = casesOf('experiments', [
  {
    id: 'experiments/unknown-action',
    title: 'a template with an action that does not exist is refused',
    async run(cloud) {
      const fis = await cloud.aws.fis(EAST);
      const odd = template({ actions: { it: { actionId: 'aws:no:such-action' } } });
      expect(await refusal(fis.send(new CreateExperimentTemplateCommand(odd)))).toBe('ValidationException');
    },
  },
  {
    id: 'experiments/absent',
    title: 'an experiment and a template that are not there are not found',
    async run(cloud) {
      const fis = await cloud.aws.fis(EAST);
      const absent = 'ResourceNotFoundException';
      expect(await refusal(fis.send(new GetExperimentCommand({ id: 'EXPno' })))).toBe(absent);
      expect(await refusal(fis.send(new GetExperimentTemplateCommand({ id: 'EXTno' })))).toBe(absent);
      expect(await refusal(fis.send(new StartExperimentCommand({ experimentTemplateId: 'EXTno' })))).toBe(absent);
    },
  },
  {
    id: 'experiments/template',
    title: 'a template is read as it was made, until it is deleted',
    async run(cloud) {
      const fis = await cloud.aws.fis(EAST);
      const { experimentTemplate } = await fis.send(
        new CreateExperimentTemplateCommand(template({ tags: { a: 'b' } })),
      );
      const id = there(experimentTemplate?.id);
      const read = (await fis.send(new GetExperimentTemplateCommand({ id }))).experimentTemplate;
      expect(read).toMatchObject({ description: 'a contract case', actions: { it: WAIT }, tags: { a: 'b' } });
      await fis.send(new DeleteExperimentTemplateCommand({ id }));
      expect(await refusal(fis.send(new GetExperimentTemplateCommand({ id })))).toBe('ResourceNotFoundException');
    },
  },
  {
    id: 'experiments/active',
    title: 'an experiment is active in the list until it is stopped',
    async run(cloud) {
      const fis = await cloud.aws.fis(EAST);
      const id = await start(cloud);
      const { experiments = [] } = await fis.send(new ListExperimentsCommand({}));
      expect(ACTIVE).toContain(experiments.find((one) => one.id === id)?.state?.status);
      await fis.send(new StopExperimentCommand({ id }));
      expect(
        await eventually(
          cloud,
          () => statusOf(cloud, id),
          (one) => one === 'stopped',
        ),
      ).toBe('stopped');
    },
  },
  {
    id: 'experiments/acts',
    title: 'an experiment stops the instances that it is about',
    async run(cloud) {
      const [first = '', ...others] = await cloud.group(EAST, 'web');
      const account = '123456789012';
      const some = {
        resourceType: 'aws:ec2:instance',
        resourceArns: [`arn:aws:ec2:${EAST}:${account}:instance/${first}`],
        selectionMode: 'ALL',
      };
      const action = { actionId: 'aws:ec2:stop-instances', targets: { Instances: 'some' } };
      await start(cloud, template({ targets: { some }, actions: { it: action } }));
      const states = (): Promise<ReadonlyMap<string, string>> => statesOf(cloud, EAST, []);
      const last = await eventually(cloud, states, (all) => all.get(first) !== 'running');
      expect(last.get(first)).not.toBe('running');
      expect(others.map((id) => last.get(id))).toEqual(others.map(() => 'running'));
    },
  },
]);
