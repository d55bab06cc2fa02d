import type { ExperimentSummary } from '@aws-sdk/client-fis';
import type { Cloud } from '../aws/cloud.js';
import { allPages } from './paging.js';

/** An experiment of AWS Fault Injection Service that has not ended. */
export interface FisExperiment {
  readonly region: string;
  readonly id: string;
  readonly status: string;
}

/** Every status in which an experiment acts, or is about to, or puts back. */
const ACTIVE = ['pending', 'initiating', 'running', 'stopping'];

/** Whether an experiment of AWS FIS may still do something. */
export function isActive(status: string): boolean {
  return ACTIVE.includes(status);
}

/** The experiments of AWS FIS that are active, region by region. */
export async function readFisExperiments(regions: readonly string[], cloud: Cloud): Promise<readonly FisExperiment[]> {
  const read = await Promise.all(
    regions.map(async (region) => {
      const all = await listExperiments(region, cloud);
      return all.map(({ id = '', state }) => ({ region, id, status: state?.status ?? '' }));
    }),
  );
  return read.flat().filter(({ status }) => isActive(status));
}

/**
 * Every experiment of AWS FIS in a region, as its list has it: what that says may lag behind.
 *
 * @see https://docs.aws.amazon.com/fis/latest/APIReference/API_ListExperiments.html
 */
export async function listExperiments(region: string, cloud: Cloud): Promise<readonly ExperimentSummary[]> {
  const { ListExperimentsCommand } = await import('@aws-sdk/client-fis');
  const client = await cloud.fis(region);
  return allPages(async (token) => {
    const page = { maxResults: 100, ...(token === undefined ? {} : { nextToken: token }) };
    const answer = await client.send(new ListExperimentsCommand(page));
    return { items: answer.experiments ?? [], next: answer.nextToken };
  });
}
