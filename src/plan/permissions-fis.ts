import type { AnyChange } from '../model/change.js';
import type { Json } from '../model/json.js';
import { fisArn, type Place } from './permissions-arns.js';
import { FOR_A_RUN, OF_A_RUN } from './permissions-run.js';
import { allow, type Statement } from './permissions-statements.js';

/**
 * A template for a run: AWS asks about the actions that it names, and about the role that it hands to FIS.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsfaultinjectionservice.html
 */
export function fisTemplates(changes: readonly AnyChange[], at: Place): readonly Statement[] {
  const templates = [fisArn('experiment-template', '*', at)];
  const values = changes.map((change) => (change.kind === 'reversible' ? change.after : null));
  const roles = [...new Set(values.flatMap((value) => textAt(value, 'roleArn')))].sort();
  const actions = [...new Set(values.flatMap((value) => actionIds(value)))].sort();
  return [
    allow('CreateForARun', ['fis:CreateExperimentTemplate', 'fis:TagResource'], { on: templates, when: FOR_A_RUN }),
    allow('UseActions', ['fis:CreateExperimentTemplate'], { on: actions.map((id) => fisArn('action', id, at)) }),
    allow('OfARun', ['fis:DeleteExperimentTemplate'], { on: templates, when: OF_A_RUN }),
    allow('PassToFis', ['iam:PassRole'], {
      on: roles,
      when: { StringEquals: { 'iam:PassedToService': 'fis.amazonaws.com' } },
    }),
  ];
}

/** An experiment of a run, from its own template or from one that is named. */
export function fisExperiments(changes: readonly AnyChange[], at: Place): readonly Statement[] {
  const experiments = [fisArn('experiment', '*', at)];
  const named = changes.flatMap((change) =>
    change.kind === 'reversible' && typeof change.after === 'string' ? [change.after] : [],
  );
  const made = changes.length > named.length;
  return [
    allow('CreateForARun', ['fis:StartExperiment', 'fis:TagResource'], { on: experiments, when: FOR_A_RUN }),
    ...(made
      ? [allow('OfARun', ['fis:StartExperiment'], { on: [fisArn('experiment-template', '*', at)], when: OF_A_RUN })]
      : []),
    ...(named.length > 0
      ? [
          allow('ChangeNamed', ['fis:StartExperiment', 'fis:GetExperimentTemplate'], {
            on: named.map((id) => fisArn('experiment-template', id, at)),
          }),
        ]
      : []),
    allow('OfARun', ['fis:StopExperiment'], { on: experiments, when: OF_A_RUN }),
  ];
}

function textAt(value: Json, key: string): readonly string[] {
  const found = fieldOf(value, key);
  return typeof found === 'string' ? [found] : [];
}

function actionIds(value: Json): readonly string[] {
  const actions = fieldOf(value, 'actions') ?? null;
  if (actions === null || typeof actions !== 'object' || Array.isArray(actions)) return [];
  return Object.values(actions).flatMap((action: Json) => textAt(action, 'actionId'));
}

function fieldOf(value: Json, key: string): Json | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}
