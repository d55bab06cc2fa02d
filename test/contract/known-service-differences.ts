import type { Difference } from './known-differences.js';

/** What the emulators' Systems Manager, alarms, Fault Injection Service and instance refreshes do differently. */
export const SERVICE_DIFFERENCES: readonly Difference[] = [
  {
    clouds: ['moto'],
    case: 'alarms/begins-without-data',
    shows: /\[ 'quiet', 'OK' \]/,
    reason: 'its alarms begin as OK',
  },
  {
    clouds: ['moto', 'localemu'],
    case: 'commands/unknown-instance',
    shows: /expected 'not refused'/,
    reason: 'takes a command for any instance',
  },
  {
    clouds: ['moto', 'localemu'],
    case: 'commands/unknown-document',
    shows: /expected 'not refused'/,
    reason: 'takes any document',
  },
  {
    clouds: ['moto'],
    case: 'commands/not-sent-there',
    shows: /expected 'not refused'/,
    reason: 'answers for whatever instance it is asked about',
  },
  { clouds: ['moto'], case: 'commands/succeeds', shows: /SyntaxError/, reason: 'has no list of invocations' },
  {
    clouds: ['moto'],
    case: 'commands/cancelled',
    shows: /SyntaxError/,
    reason: 'every command is a success at once, and none can be cancelled',
  },
  ...['gone', 'there-and-back', 'twice'].map((id) => ({
    clouds: ['moto'] as const,
    case: `ssmCommand.running/${id}`,
    shows: /not implement/,
    reason: 'has no list of invocations, and every command is a success at once',
  })),
  { clouds: ['moto'], case: 'commands/agents', shows: /SyntaxError/, reason: 'knows no agents' },
  { clouds: ['moto'], case: 'experiments/unknown-action', shows: /expected 'not refused'/, reason: 'takes any action' },
  {
    clouds: ['moto'],
    case: 'experiments/acts',
    shows: /expected 'running' not to be 'running'/,
    reason: 'its experiments do nothing',
  },
  {
    clouds: ['moto'],
    case: 'fisExperiment.running/twice',
    shows: /expected \[ 'before', 'before' \]/,
    reason: 'an experiment goes on a state with every reading, until it is completed',
  },
  {
    clouds: ['moto', 'localemu'],
    case: 'refreshes/none',
    shows: /XML parse error|not been implemented/,
    reason: 'has no instance refreshes',
  },
  {
    clouds: ['moto', 'localemu'],
    case: 'refreshes/under-way',
    shows: /XML parse error|not been implemented/,
    reason: 'has no instance refreshes',
  },
  {
    clouds: ['localemu'],
    case: 'commands/not-sent-there',
    shows: /expected '400' to be/,
    reason: 'refuses it without a name',
  },
  {
    clouds: ['localemu'],
    case: 'commands/succeeds',
    shows: /expected 'Failed' to be 'Success'/,
    reason: 'runs scripts in containers, of which there are none here',
  },
  { clouds: ['localemu'], case: 'commands/cancelled', shows: /not been implemented/, reason: 'can cancel no command' },
  {
    clouds: ['localemu'],
    case: 'commands/agents',
    shows: /expected \[\] to deeply equal/,
    reason: 'lists the agents of containers alone',
  },
  {
    clouds: ['localemu'],
    case: 'parameters/absent',
    shows: /expected \[ 'no' \]/,
    reason: 'names it without its slash',
  },
  {
    clouds: ['localemu'],
    case: 'route.target/gone',
    shows: /it is not there/,
    reason: 'lists no route that leads over a peering between regions',
  },
  {
    clouds: ['localemu'],
    case: 'route.target/there-and-back',
    shows: /expected 0 to be greater than 1/,
    reason: 'lists no route that leads over a peering between regions',
  },
  {
    clouds: ['localemu'],
    case: 'route.target/twice',
    shows: /expected 0 to be greater than 1/,
    reason: 'lists no route that leads over a peering between regions',
  },
];
