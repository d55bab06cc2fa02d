import type { Filter } from '@aws-sdk/client-ec2';
import type { Tags } from '../../../model/inventory.js';
import { AwsFault } from '../aws-fault.js';

/** What a filter's name looks at, in each resource of one kind. */
export type FilterFields<R> = Readonly<Record<string, (resource: R) => readonly string[]>>;

/**
 * The resources that match every filter; several values of one filter: any. `tag:KEY` and `tag-key` go for all
 * kinds. A value may hold `*` and `?`.
 * @throws AwsFault at a filter that is not known: never a silent match
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 */
export function filtered<R extends { readonly tags: Tags }>(
  resources: readonly R[],
  filters: readonly Filter[] | undefined,
  fields: FilterFields<R>,
): readonly R[] {
  const tests = (filters ?? []).map((filter) => testOf(filter, fields));
  return resources.filter((resource) => tests.every((test) => test(resource)));
}

function testOf<R extends { readonly tags: Tags }>(
  { Name, Values }: Filter,
  fields: FilterFields<R>,
): (resource: R) => boolean {
  const read = fieldOf(Name ?? '', fields);
  const exact = new Set((Values ?? []).filter((value) => !/[*?]/.test(value)));
  const patterns = (Values ?? []).filter((value) => /[*?]/.test(value)).map(patternOf);
  return (resource) =>
    read(resource).some((value) => exact.has(value) || patterns.some((pattern) => pattern.test(value)));
}

function fieldOf<R extends { readonly tags: Tags }>(
  name: string,
  fields: FilterFields<R>,
): (resource: R) => readonly string[] {
  if (name === 'tag-key') return (resource) => Object.keys(resource.tags);
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (resource) => (resource.tags[key] === undefined ? [] : [resource.tags[key]]);
  }
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field) throw new AwsFault('InvalidParameterValue', `The filter '${name}' is invalid`);
  return field;
}

function patternOf(value: string): RegExp {
  const escaped = value.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}

/**
 * The resources with these ids, all of them where none are named.
 * @param code - the error for an id that is not there
 */
export function named<R extends { readonly id: string }>(
  resources: readonly R[],
  ids: readonly string[] | undefined,
  code: string,
): readonly R[] {
  if (!ids || ids.length === 0) return resources;
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  return ids.map((id) => {
    const resource = byId.get(id);
    if (!resource) throw new AwsFault(code, `The ID '${id}' does not exist`);
    return resource;
  });
}
