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
    clouds: ['moto'],
    case: 'commands/unknown-instance',
    shows: /expected 'not refused'/,
    reason: 'takes a command for any instance',
  },
  {
    clouds: ['moto'],
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
  {
    clouds: ['moto'],
    case: 'commands/succeeds',
    shows: /SyntaxError/,
    reason: 'has no list of invocations',
  },
  {
    clouds: ['moto'],
    case: 'commands/cancelled',
    shows: /SyntaxError/,
    reason: 'every command is a success at once, and none can be cancelled',
  },
  {
    clouds: ['moto'],
    case: 'commands/agents',
    shows: /SyntaxError/,
    reason: 'knows no agents',
  },
  {
    clouds: ['moto'],
    case: 'experiments/unknown-action',
    shows: /expected 'not refused'/,
    reason: 'takes any action',
  },
  {
    clouds: ['moto'],
    case: 'experiments/acts',
    shows: /expected 'running' not to be 'running'/,
    reason: 'its experiments do nothing',
  },
  {
    clouds: ['moto'],
    case: 'refreshes/none',
    shows: /XML parse error/,
    reason: 'has no instance refreshes',
  },
  {
    clouds: ['moto'],
    case: 'refreshes/under-way',
    shows: /XML parse error/,
    reason: 'has no instance refreshes',
  },
];
