import type { ExperimentTemplate } from '@aws-sdk/client-fis';
import type { Cloud } from '../aws/cloud.js';
import { fisTemplateSchema, type FisTemplate } from '../experiment/fis-template.js';
import { KongError } from '../model/errors.js';

/** A template of AWS FIS that somebody made before. */
export interface NamedTemplate {
  readonly region: string;
  readonly id: string;
  readonly template: FisTemplate;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Templates by their ids, one call each.
 *
 * @throws KongError UNKNOWN_TARGET for one that is not there; otherwise as the call does
 * @see https://docs.aws.amazon.com/fis/latest/APIReference/API_GetExperimentTemplate.html
 */
export async function readFisTemplates(
  ids: readonly string[],
  region: string,
  cloud: Cloud,
): Promise<readonly NamedTemplate[]> {
  if (ids.length === 0) return [];
  const { GetExperimentTemplateCommand } = await import('@aws-sdk/client-fis');
  const client = await cloud.fis(region);
  return Promise.all(
    ids.map(async (id) => {
      try {
        const { experimentTemplate } = await client.send(new GetExperimentTemplateCommand({ id }));
        return { region, id, template: templateFrom(id, experimentTemplate), tags: experimentTemplate?.tags ?? {} };
      } catch (error) {
        if (!(error instanceof KongError) || error.code !== 'NOT_FOUND') throw error;
        throw new KongError('UNKNOWN_TARGET', `there is no template ${id} of AWS FIS in ${region}`, {
          cause: error,
          fix: '`aws fis list-experiment-templates` lists them',
        });
      }
    }),
  );
}

function templateFrom(id: string, template: ExperimentTemplate | undefined): FisTemplate {
  const read = fisTemplateSchema.safeParse(template);
  if (read.success) return read.data;
  throw new KongError('AWS_SERVICE', `the template ${id} of AWS FIS is not as its documentation says`);
}
