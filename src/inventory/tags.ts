import type { Tags } from '../model/inventory.js';

/** AWS's list of tags as a record. */
export function tagsOf(
  list: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Tags {
  return Object.fromEntries((list ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
}

/** Whether a resource carries every tag of a selection; of several values of one tag, any will do. */
export function matchesTags(tags: Tags, wanted: Readonly<Record<string, readonly string[]>>): boolean {
  return Object.entries(wanted).every(([key, values]) => {
    const value = tags[key];
    return value !== undefined && (values.length === 0 || values.includes(value));
  });
}
