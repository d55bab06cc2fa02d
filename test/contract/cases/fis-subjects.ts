import { CreateExperimentTemplateCommand } from '@aws-sdk/client-fis';
import { there } from '../assertions.js';
import { EAST, WEST } from '../contract-world.js';
import type { Planned, Subject } from './driver-subjects.js';

const TEMPLATE = {
  description: 'a contract case',
  roleArn: 'arn:aws:iam::123456789012:role/fis',
  stopConditions: [{ source: 'none' }],
  actions: { it: { actionId: 'aws:fis:wait', parameters: { duration: 'PT5M' } } },
};

export const fisTemplate: Subject = {
  attribute: 'fisTemplate.exists',
  area: 'drivers',
  goneIsFine: true,
  prepare: () =>
    Promise.resolve(
      [EAST, WEST].map((region): Planned => ({
        resource: { type: 'fis-template', region, id: `fis-${region}` },
        after: TEMPLATE,
      })),
    ),
  gone: () => Promise.resolve({ type: 'fis-template', region: EAST, id: 'never-made' }),
};

export const fisExperiment: Subject = {
  attribute: 'fisExperiment.running',
  area: 'drivers',
  goneIsFine: true,
  prepare: (cloud, created) =>
    Promise.all(
      [EAST, WEST].map(async (region): Promise<Planned> => {
        const fis = await cloud.aws.fis(region);
        const { experimentTemplate } = await fis.send(new CreateExperimentTemplateCommand(TEMPLATE));
        created.set(`fis-${region}`, there(experimentTemplate?.id));
        const resource = { type: 'fis-experiment', region, id: `run-${region}` } as const;
        return { resource, after: { $created: `fis-${region}` } };
      }),
    ),
  gone: () => Promise.resolve({ type: 'fis-experiment', region: EAST, id: 'never-made' }),
};
