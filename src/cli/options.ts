import { InvalidArgumentError, Option, type Command } from 'commander';
import { KongError } from '../model/errors.js';
import { bucketPlace, stateText } from '../model/state-place.js';

/** The options that every command takes, as commander hands them over. */
export interface CommonOptions {
  readonly on: 'sim' | 'aws';
  readonly endpointUrl?: string;
  readonly profile?: string;
  readonly world?: string;
  readonly state: string;
  readonly config: string;
  readonly set: readonly string[];
  readonly seed: number;
  readonly speed?: number | 'max';
  readonly format: Format;
  readonly yes?: boolean;
  readonly color: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** How an answer is written. */
export type Format = 'text' | 'json' | 'ndjson' | 'markdown';

/** Adds the common options to a command. */
export function withCommonOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--on <where>', 'the simulated world in this process, or what the AWS SDK is pointed at')
        .choices(['sim', 'aws'])
        .default('sim'),
    )
    .option('--endpoint-url <url>', 'an AWS emulator; AWS_ENDPOINT_URL does the same', endpointUrl)
    .option('--profile <name>', 'the AWS profile')
    .option('--world <file>', 'the world that is simulated, or put into an emulator')
    .option('--state <dir>', 'where runs are kept: a folder, or s3://bucket/prefix', stateFolder, '.kong')
    .option('--config <file>', 'the configuration', 'kong.yaml')
    .option('--set <key=value>', 'set one field of the experiment or world: poll=1s, method.2.hold=10s', collect, [])
    .option('--seed <n>', 'what chance is drawn from', wholeNumber, 1)
    .option('--speed <s>', 'simulator: virtual seconds per second: max, realtime or a number', speed)
    .addOption(
      new Option('--format <format>', 'how the answer is written')
        .choices(['text', 'json', 'ndjson', 'markdown'])
        .default('text'),
    )
    .option('--yes', 'do not ask')
    .option('--no-color', 'no colours')
    .option('-q, --quiet', 'no progress')
    .option('-v, --verbose', 'more, and stack traces');
}

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

function stateFolder(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('a folder is needed: .kong.');
  try {
    const place = bucketPlace(value);
    return place === undefined ? value : stateText(place);
  } catch (error) {
    if (!(error instanceof KongError)) throw error;
    throw new InvalidArgumentError(`${error.message}; ${error.fix ?? ''}.`);
  }
}

function endpointUrl(value: string): string {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new InvalidArgumentError('a URL is needed: http://127.0.0.1:5555.');
  }
  return value;
}

function wholeNumber(value: string): number {
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (!Number.isSafeInteger(number))
    throw new InvalidArgumentError('a whole number from 0 on is needed.');
  return number;
}

function speed(value: string): number | 'max' {
  if (value === 'max') return 'max';
  if (value === 'realtime') return 1;
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0)
    throw new InvalidArgumentError('max, realtime or a number above 0 is needed.');
  return number;
}
