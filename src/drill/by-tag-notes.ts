import type { UndoTagsByHandle } from '../changes/creation-tags.js';
import type { Role } from '../changes/driver.js';
import { driverOf } from '../changes/registry.js';
import { undoTags, type TaggedUndo } from '../changes/undo-tags.js';
import { attributeKey, isCreatedRef, type AnyChange, type Change } from '../model/change.js';
import { sameJson } from '../model/json.js';
import type { Plan } from '../model/plan.js';

/** What must not be lost comes first: tags hold only so much. */
const ORDER: readonly Role[] = ['cut', 'healing', 'isolation', 'traffic', 'capacity'];

/**
 * What the tags of everything that a plan creates say of its undo: each thing carries what is done to its own region,
 * the first of all what has no region or another. A plan that creates nothing has no tags to put it in.
 */
export function undoTagsOf({ steps }: Pick<Plan, 'steps'>): UndoTagsByHandle {
  const changes = steps.flatMap((step) => step.batches.flat()).filter(isReversible);
  const made = changes.filter(isMade);
  const [first] = made;
  if (!first) return new Map();
  const carrierOf = (change: Change): Change => {
    const own = isCreatedRef(change.after) ? change.after.$created : undefined;
    const named = made.find(({ resource }) => resource.id === own);
    return named ?? made.find(({ resource }) => resource.region === change.resource.region) ?? first;
  };
  const items = merged(changes.filter((change) => !isMade(change)));
  return new Map(
    made.map((carrier) => {
      const own = items.filter(({ change }) => carrierOf(change) === carrier).map(({ item }) => item);
      const { region, id: handle } = carrier.resource;
      return [
        handle,
        undoTags(
          ORDER.flatMap((role) => own.filter((item) => roleOf(item) === role)),
          { region, handle },
        ),
      ];
    }),
  );
}

/** One item an attribute, as it is undone: the first value before, and every value that was set. */
function merged(changes: readonly Change[]): readonly { readonly change: Change; readonly item: TaggedUndo }[] {
  const byKey = new Map<string, { readonly change: Change; readonly item: TaggedUndo }>();
  for (const change of changes) {
    const { attribute, resource, before, after, memo } = change;
    const known = byKey.get(attributeKey(change));
    const { type, region, id } = resource;
    const first = {
      attribute,
      resource: { type, region, id },
      before,
      ours: [],
      ...(memo === undefined ? {} : { memo }),
    };
    const item: TaggedUndo = known?.item ?? first;
    // what a step of the return sets may be the value before: then there is nothing to undo
    const isNew = !sameJson(after, item.before) && !item.ours.some((value) => sameJson(value, after));
    const ours = isNew ? [...item.ours, after] : item.ours;
    byKey.set(attributeKey(change), { change: known?.change ?? change, item: { ...item, ours } });
  }
  return [...byKey.values()].filter(({ item }) => item.ours.length > 0);
}

function isReversible(change: AnyChange): change is Change {
  return change.kind === 'reversible';
}

function isMade({ attribute }: Change): boolean {
  return driverOf(attribute).role === 'made';
}

function roleOf({ attribute }: TaggedUndo): Role {
  return driverOf(attribute).role;
}
