import { AwsFault, notSimulated } from '../aws-fault.js';
import { addressOf, contains, SERVED_PORT } from '../acl-rules.js';
import type { CommandRow } from '../command-rows.js';
import { coresOf, type Effect, NO_EFFECT } from './effects.js';
import { runScript } from './shell-script.js';

/** What a document works on. */
export interface DocumentHost {
  readonly type: string;
  /** The process that serves: the name of the instance's group. */
  readonly service: string;
  /** The ranges of addresses of its VPC's subnets: what it talks to. */
  readonly ranges: readonly string[];
}

/** What running a document on one instance comes to. */
export interface Execution {
  readonly lastsMs: number;
  readonly code: number;
  readonly output: string;
  readonly error: string;
  /** Whether it ends the process that serves, which is then started again. */
  readonly killsService: boolean;
}

type Parameters = CommandRow['parameters'];

interface Document {
  readonly required: readonly string[];
  /** With their defaults. */
  readonly optional: Readonly<Record<string, string>>;
  readonly effect: (given: Given, host: DocumentHost) => Effect;
  readonly run: (given: Given, host: DocumentHost) => Execution;
}

/** A document's parameters, those left out by their defaults. */
class Given {
  private readonly parameters: Parameters;
  private readonly document: Document;

  constructor(parameters: Parameters, document: Document) {
    this.parameters = parameters;
    this.document = document;
  }

  all(name: string): readonly string[] {
    return this.parameters[name] ?? [this.document.optional[name] ?? ''];
  }

  text(name: string): string {
    return this.all(name)[0] ?? '';
  }

  number(name: string): number {
    return Number(this.text(name));
  }

  /** A number of per cent as a share. */
  share(name: string): number {
    return Math.min(1, Math.max(0, this.number(name) / 100));
  }
}

const DONE = { code: 0, output: '', error: '', killsService: false };
/** Documents of the Fault Injection Service look for what they need first. */
const PREPARE_MS = 1_000;
const KILL_MS = 1_000;
const INSTALLS = { InstallDependencies: 'True' };
/** Where packets are hit: these documents find the interface themselves. */
const SOURCES = { Interface: 'DEFAULT', TrafficType: 'ingress', FlowsPercent: '100', ...INSTALLS };
/** Not every request needs the disk. */
const FAILING_ON_FULL_DISK = 0.2;

const forAWhile = (given: Given): Execution => ({
  ...DONE,
  lastsMs: PREPARE_MS + given.number('DurationSeconds') * 1_000,
});

/**
 * The documents that can be run, by name, with their own defaults.
 * @see https://docs.aws.amazon.com/fis/latest/userguide/actions-ssm-agent.html
 */
const DOCUMENTS: Readonly<Record<string, Document>> = {
  'AWSFIS-Run-CPU-Stress': {
    required: ['DurationSeconds'],
    optional: { CPU: '0', LoadPercent: '100', ...INSTALLS },
    effect: (given, { type }) => {
      const cores = coresOf(type);
      const stressed = given.number('CPU') === 0 ? 1 : Math.min(1, given.number('CPU') / cores);
      return { ...NO_EFFECT, cpu: stressed * given.share('LoadPercent') };
    },
    run: forAWhile,
  },
  'AWSFIS-Run-Memory-Stress': {
    required: ['DurationSeconds', 'Percent'],
    optional: { Workers: '1', ...INSTALLS },
    effect: (given) => ({ ...NO_EFFECT, memory: given.share('Percent') }),
    run: forAWhile,
  },
  'AWSFIS-Run-Disk-Fill': {
    required: ['DurationSeconds'],
    optional: { Percent: '95', ...INSTALLS },
    effect: (given) => ({ ...NO_EFFECT, failing: given.share('Percent') === 1 ? FAILING_ON_FULL_DISK : 0 }),
    run: forAWhile,
  },
  'AWSFIS-Run-Kill-Process': {
    required: ['ProcessName'],
    optional: { Signal: 'SIGTERM', ...INSTALLS },
    effect: () => NO_EFFECT,
    run: (given, { service }) => {
      const killsService = given.text('ProcessName') === service;
      const error = killsService ? '' : `no process with the name ${given.text('ProcessName')} was found\n`;
      return { ...DONE, lastsMs: KILL_MS, code: killsService ? 0 : 1, error, killsService };
    },
  },
  'AWSFIS-Run-Network-Latency': {
    required: ['DurationSeconds'],
    optional: { Interface: 'eth0', DelayMilliseconds: '200', ...INSTALLS },
    effect: (given) => ({ ...NO_EFFECT, delayMs: given.number('DelayMilliseconds'), slowShare: 1 }),
    run: forAWhile,
  },
  'AWSFIS-Run-Network-Latency-Sources': {
    required: ['DurationSeconds', 'Sources'],
    optional: { DelayMilliseconds: '200', JitterMilliseconds: '10', ...SOURCES },
    effect: (given, host) => ({
      ...NO_EFFECT,
      delayMs: given.number('DelayMilliseconds'),
      slowShare: given.share('FlowsPercent') * shareOf(given.text('Sources'), host),
    }),
    run: forAWhile,
  },
  'AWSFIS-Run-Network-Packet-Loss': {
    required: ['DurationSeconds'],
    optional: { Interface: 'eth0', LossPercent: '7', ...INSTALLS },
    effect: (given) => ({ ...NO_EFFECT, loss: given.share('LossPercent') }),
    run: forAWhile,
  },
  'AWSFIS-Run-Network-Packet-Loss-Sources': {
    required: ['DurationSeconds', 'Sources'],
    optional: { LossPercent: '7', ...SOURCES },
    effect: (given, host) => ({
      ...NO_EFFECT,
      loss: given.share('LossPercent') * given.share('FlowsPercent') * shareOf(given.text('Sources'), host),
    }),
    run: forAWhile,
  },
  'AWSFIS-Run-Network-Blackhole-Port': {
    required: ['DurationSeconds', 'Protocol', 'Port'],
    optional: { TrafficType: 'ingress', ...INSTALLS },
    effect: (given) => ({ ...NO_EFFECT, cutOff: closesService(given) }),
    run: forAWhile,
  },
  'AWS-RunShellScript': {
    required: ['commands'],
    optional: { workingDirectory: '', executionTimeout: '3600' },
    effect: () => NO_EFFECT,
    run: (given) => ({ ...runScript(given.all('commands')), killsService: false }),
  },
};

/** Which share of what an instance talks to some sources are: names of other things are none of it. */
function shareOf(sources: string, { ranges }: DocumentHost): number {
  const named = sources.split(',');
  if (named.includes('ALL')) return 1;
  const blocks = named.filter((one) => /^[\d.]+(\/\d+)?$/.test(one));
  const hit = ranges.filter((range) => {
    const [first = ''] = range.split('/');
    return blocks.some((block) => contains(block, addressOf(first)));
  });
  return hit.length / Math.max(1, ranges.length);
}

function closesService(given: Given): boolean {
  const traffic = given.text('TrafficType');
  return (
    given.text('Protocol').toLowerCase() === 'tcp' && given.number('Port') === SERVED_PORT && traffic === 'ingress'
  );
}

const NUMBERS = [
  'DurationSeconds',
  'Percent',
  'LoadPercent',
  'LossPercent',
  'FlowsPercent',
  'DelayMilliseconds',
  'JitterMilliseconds',
  'Port',
  'CPU',
  'Workers',
];

/**
 * Checks a command before anything is sent.
 * @throws AwsFault InvalidDocument, InvalidParameters; NotImplemented for documents of AWS that are not simulated
 */
export function checkDocument(name: string, parameters: Parameters): void {
  const document = documentNamed(name);
  const absent = document.required.find((one) => !parameters[one]?.length);
  if (absent !== undefined) throw new AwsFault('InvalidParameters', `Missing required parameter: ${absent}`);
  const known = [...document.required, ...Object.keys(document.optional)];
  const odd = Object.keys(parameters).find((one) => !known.includes(one));
  if (odd !== undefined) throw new AwsFault('InvalidParameters', `Unknown parameter: ${odd}`);
  const given = new Given(parameters, document);
  const wrong = NUMBERS.find((one) => known.includes(one) && !/^\d+$/.test(given.text(one)));
  if (wrong !== undefined)
    throw new AwsFault('InvalidParameters', `Parameter ${wrong} does not match its pattern: ${given.text(wrong)}`);
}

/**
 * A document's parameters: with their defaults, or none where they have to be given.
 * @throws AwsFault InvalidDocument; NotImplemented for documents of AWS that are not simulated
 */
export function documentParameters(name: string): readonly (readonly [string, string | undefined])[] {
  const { required, optional } = documentNamed(name);
  return [...required.map((one) => [one, undefined] as const), ...Object.entries(optional)];
}

/** What a document does to the instance that it runs on, as long as it runs. */
export function effectOf(name: string, parameters: Parameters, host: DocumentHost): Effect {
  const document = documentNamed(name);
  return document.effect(new Given(parameters, document), host);
}

/** Runs a document: what it comes to is known at once. */
export function executionOf(name: string, parameters: Parameters, host: DocumentHost): Execution {
  const document = documentNamed(name);
  return document.run(new Given(parameters, document), host);
}

function documentNamed(name: string): Document {
  const document = Object.hasOwn(DOCUMENTS, name) ? DOCUMENTS[name] : undefined;
  if (document) return document;
  if (/^AWS(FIS)?-/.test(name)) throw notSimulated(`the document ${name}`);
  throw new AwsFault('InvalidDocument', `Document with name ${name} does not exist.`);
}
