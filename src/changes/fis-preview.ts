import type { Experiment, StartExperimentCommand, StartExperimentCommandInput } from '@aws-sdk/client-fis';
import { KongError } from '../model/errors.js';

/** What StartExperiment takes beside what the client's own types say, which are older than it. */
export interface PreviewInput extends StartExperimentCommandInput {
  /** Targets are chosen, and nothing is done to them. */
  readonly experimentOptions: { readonly actionsMode: 'skip-all' };
}

const OPTIONS: PreviewInput['experimentOptions'] = { actionsMode: 'skip-all' };

/** The input of a preview. */
export function previewInput(input: StartExperimentCommandInput): PreviewInput {
  return { ...input, experimentOptions: OPTIONS };
}

/**
 * Makes a StartExperiment a preview on its way out: the client's serializer leaves out what it does not know, and
 * would turn a preview into the real thing. Stops the call where its body is not as expected.
 *
 * @see https://docs.aws.amazon.com/fis/latest/APIReference/API_StartExperiment.html
 */
export function asPreview(command: StartExperimentCommand): StartExperimentCommand {
  command.middlewareStack.add(
    (next) => (args) => next({ ...args, request: previewRequest(args.request) }),
    // after the serializer, before the body is measured
    { step: 'build', priority: 'high', name: 'kongFisPreview' },
  );
  return command;
}

function previewRequest(request: unknown): unknown {
  if (typeof request !== 'object' || request === null || !('body' in request) || typeof request.body !== 'string')
    throw new TypeError('a StartExperiment without a body can not be made a preview');
  const body: unknown = JSON.parse(request.body);
  if (typeof body !== 'object' || body === null) throw new TypeError('the body of a StartExperiment is no object');
  request.body = JSON.stringify({ ...body, experimentOptions: OPTIONS });
  return request;
}

/**
 * Whether FIS itself says that an experiment only chooses its targets. What does not know previews runs them for real,
 * and says nothing.
 */
export function isTakenForPreview({ experimentOptions }: Pick<Experiment, 'experimentOptions'>): boolean {
  const options: object = experimentOptions ?? {};
  return 'actionsMode' in options && options.actionsMode === OPTIONS.actionsMode;
}

/** What became of a preview that was not taken for one. */
export function notAPreview(id: string, region: string): KongError {
  return new KongError(
    'AWS_SERVICE',
    `AWS FIS in ${region} did not take ${id} for a preview; it was stopped at once, and may have begun for real`,
    { fix: "look at what it did; use an endpoint whose FIS knows previews, as Amazon's does, or engine: kong" },
  );
}
