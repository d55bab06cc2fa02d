import type { Cloud } from '../aws/cloud.js';
import { allPages } from './paging.js';

/** An experiment of AWS Fault Injection Service that has not ended. */
export interface FisExperiment {
  readonly region: string;
  readonly id: string;
  readonly status: string;
}

/** Every status in which an experiment acts, or is about to. */
const ACTIVE = ['pending', 'initiating', 'running', 'stopping'];

/**
 * The experiments of AWS FIS that are active, region by region.
 *
 * @see https://docs.aws.amazon.com/fis/latest/APIReference/API_ListExperiments.html
 */
export async function readFisExperiments(regions: readonly string[], cloud: Cloud): Promise<readonly FisExperiment[]> {
  const { ListExperimentsCommand } = await import('@aws-sdk/client-fis');
  const read = await Promise.all(
    regions.map((region) =>
      allPages(async (token) => {
        const client = await cloud.fis(region);
        const answer = await client.send(
          new ListExperimentsCommand({ maxResults: 100, ...(token === undefined ? {} : { nextToken: token }) }),
        );
        const items = (answer.experiments ?? []).map(({ id = '', state }) => ({
          region,
          id,
          status: state?.status ?? '',
        }));
        return { items, next: answer.nextToken };
      }),
    ),
  );
  return read.flat().filter(({ status }) => ACTIVE.includes(status));
}
