/**
 * Verbs that only look. Everything else is taken to change something: an unknown verb is never let through as a read.
 */
const READ_VERBS = ['Describe', 'Get', 'List', 'Head', 'BatchGet', 'Lookup', 'Simulate', 'Search'] as const;

/**
 * Whether a command of the AWS SDK may change the cloud.
 *
 * @param commandName - the class's name, `StopInstancesCommand`
 */
export function isMutating(commandName: string): boolean {
  return !READ_VERBS.some((verb) => commandName.startsWith(verb));
}
