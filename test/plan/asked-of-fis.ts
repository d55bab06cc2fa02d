import type { Tags } from '../../src/model/inventory.js';
import type { Asked } from './iam.js';

type Input = Readonly<Record<string, unknown>>;

interface Place {
  readonly account: string;
  readonly region: string;
  readonly tags: ReadonlyMap<string, Tags>;
}

/** What IAM is asked about the calls of the Fault Injection Service that change something. */
export const FIS_WRITES: Readonly<Record<string, (input: Input, place: Place, action: string) => readonly Asked[]>> = {
  CreateExperimentTemplate: (input, place, action) => {
    const made = { resource: fisArn('experiment-template', 'new', place), context: requested(input) };
    const actions = Object.values(Object(input.actions) as Input).map((one) => text(Object(one) as Input, 'actionId'));
    return [
      { action, ...made },
      { action: 'fis:TagResource', ...made },
      ...actions.map((id) => ({ action, resource: fisArn('action', id, place), context: {} })),
      {
        action: 'iam:PassRole',
        resource: text(input, 'roleArn'),
        context: { 'iam:PassedToService': 'fis.amazonaws.com' },
      },
    ];
  },
  StartExperiment: (input, place, action) => {
    const made = { resource: fisArn('experiment', 'new', place), context: requested(input) };
    const template = about(action, fisArn('experiment-template', text(input, 'experimentTemplateId'), place), place);
    return [{ action, ...made }, { action: 'fis:TagResource', ...made }, template];
  },
  StopExperiment: (input, place, action) => [about(action, fisArn('experiment', text(input, 'id'), place), place)],
  DeleteExperimentTemplate: (input, place, action) => [
    about(action, fisArn('experiment-template', text(input, 'id'), place), place),
  ],
};

export function fisArn(type: string, id: string, { account, region }: Omit<Place, 'tags'>): string {
  return `arn:aws:fis:${region}:${account}:${type}/${id}`;
}

/** The tags that a call asks for. */
export function fisTags(input: Input): Tags {
  return Object.fromEntries(Object.entries(Object(input.tags) as Input).map(([key, one]) => [key, String(one)]));
}

function requested(input: Input): Asked['context'] {
  const tags = Object.entries(fisTags(input));
  const own = tags.map(([key, value]) => [`aws:RequestTag/${key}`, value] as const);
  return { ...Object.fromEntries(own), 'aws:TagKeys': tags.map(([key]) => key) };
}

function about(action: string, resource: string, { tags }: Place): Asked {
  const own = Object.entries(tags.get(resource) ?? {});
  return { action, resource, context: Object.fromEntries(own.map(([key, one]) => [`aws:ResourceTag/${key}`, one])) };
}

function text(input: Input, key: string): string {
  const value = input[key];
  return typeof value === 'string' ? value : '';
}
