import { actionMs, lossOf, priceOf } from '../experiment/fis-actions.js';
import { plannedFis, type PlannedFis } from '../experiment/fis-changes.js';
import type { AnyChange } from '../model/change.js';
import { formatDuration } from '../model/duration.js';
import type { FisTemplate, FisTemplateAction, FisTemplateTarget } from '../model/fis-template.js';
import { count } from '../model/summary.js';

/** What AWS FIS would run, as lines of a name and what it is; nothing where it runs nothing. */
export function fisFacts(changes: readonly AnyChange[]): readonly (readonly [string, string])[] {
  const planned = plannedFis(changes);
  if (planned.length === 0) return [];
  return [
    ...planned.flatMap(factsOf),
    [
      'preview',
      'FIS first only chooses the targets: where there are none, or its safety lever is engaged, the drill ends there',
    ],
  ];
}

/** What stands before what it is. */
const LONGEST_NAME = 10;

function factsOf({ id, region, template }: PlannedFis): readonly (readonly [string, string])[] {
  const alarms = template.stopConditions.flatMap(({ source, value }) =>
    source === 'aws:cloudwatch:alarm' ? [value?.split(':alarm:')[1] ?? value ?? source] : [],
  );
  return [
    ['template', `${id === undefined ? 'made for the drill' : `${id}, "${template.description}"`}, in ${region}`],
    ['role', template.roleArn],
    ...Object.entries(template.actions).map(([name, action]) => {
      const text = actionText(action, template);
      return name.length > LONGEST_NAME ? (['action', `${name}: ${text}`] as const) : ([name, text] as const);
    }),
    ['stops at', alarms.length === 0 ? 'no alarm of its own; kong stops it at a breach' : alarms.join(', ')],
    ['costs', priceText(template, region)],
  ];
}

function actionText(action: FisTemplateAction, { targets = {} }: FisTemplate): string {
  const ms = actionMs(action);
  const lasts = ms === undefined ? 'for as long as it likes' : ms > 0 ? `for ${formatDuration(ms)}` : 'at once';
  const on = Object.values(action.targets ?? {}).flatMap((name) => targets[name] ?? []);
  const after = action.startAfter ?? [];
  const document = action.parameters?.documentArn?.split(':document/')[1];
  return [
    `${action.actionId}${document === undefined ? '' : ` ${document}`} ${lasts}`,
    ...on.map((target) => `on ${targetText(target)}`),
    ...(after.length > 0 ? [`after ${after.join(', ')}`] : []),
    ...(lossOf(action) === undefined ? [] : ["can't be taken back"]),
  ].join(', ');
}

function targetText({
  resourceType,
  resourceArns = [],
  resourceTags,
  filters = [],
  selectionMode,
}: FisTemplateTarget): string {
  const type = resourceType.replace(/^aws:/, '');
  const tags = Object.entries(resourceTags ?? {}).map(([key, value]) => `${key}=${value}`);
  const by = resourceArns.length > 0 ? 'by name' : [...tags, ...filters.map(({ path }) => path)].join(', ');
  const many = resourceArns.length > 0 ? `${count(resourceArns.length, 'resource')} (${type})` : type;
  return `${selectionMode === 'ALL' ? '' : `${selectionMode} of `}${many}${by === '' ? '' : ` ${by}`}`;
}

/** https://aws.amazon.com/fis/pricing/ */
function priceText(template: FisTemplate, region: string): string {
  const price = priceOf(template, region);
  return price === undefined
    ? 'nobody can tell: an action does not say how long it lasts'
    : `at most $${price.toFixed(2)}, by AWS's list price`;
}
