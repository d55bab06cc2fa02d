import * as z from 'zod';
import type { Json } from '../model/json.js';
import { defaultText } from '../model/param.js';
import type { FisTemplateAction } from '../model/fis-template.js';
import { whyNot } from './fault-params.js';
import type { FaultSpec } from './known.js';

/** One parameter of a document as a fault has it. */
interface Taken {
  readonly as: string;
  /** The document's own default; undefined: it has to be given. */
  readonly otherwise?: string;
  readonly write?: (text: string) => string | number;
}

/** A document that is one of kong's faults. */
interface DocumentWords {
  readonly fault: string;
  readonly takes: Readonly<Record<string, Taken>>;
  /** What has to be so for the fault to be the same, with the document's own default. */
  readonly only?: Readonly<Record<string, { readonly is: string; readonly otherwise: string }>>;
  /** What the fault is given beside. */
  readonly beside?: Readonly<Record<string, string>>;
}

const whole = (text: string): number => Number(text);
const percent = (text: string): string => `${text}%`;
const milliseconds = (text: string): string => `${text}ms`;

const INSTALL = { InstallDependencies: { as: 'install', otherwise: 'True' } };
const DELAY = { DelayMilliseconds: { as: 'delay', otherwise: '200', write: milliseconds } };
const LOSS = { LossPercent: { as: 'percent', otherwise: '7', write: percent } };
const ANY = { Interface: { as: 'interface', otherwise: 'eth0' }, ...INSTALL };
const WHERE = { Sources: { as: 'sources' }, Interface: { as: 'interface', otherwise: 'DEFAULT' }, ...INSTALL };
const LEAVING = { TrafficType: { is: 'egress', otherwise: 'ingress' }, FlowsPercent: { is: '100', otherwise: '100' } };

/** With the documents' defaults: https://docs.aws.amazon.com/fis/latest/userguide/actions-ssm-agent.html */
const DOCUMENTS: Readonly<Record<string, DocumentWords>> = {
  'AWSFIS-Run-CPU-Stress': {
    fault: 'instance-cpu',
    takes: {
      CPU: { as: 'cores', otherwise: '0', write: whole },
      LoadPercent: { as: 'percent', otherwise: '100', write: percent },
      ...INSTALL,
    },
  },
  'AWSFIS-Run-Memory-Stress': {
    fault: 'instance-memory',
    takes: {
      Percent: { as: 'percent', write: percent },
      Workers: { as: 'workers', otherwise: '1', write: whole },
      ...INSTALL,
    },
  },
  'AWSFIS-Run-Disk-Fill': {
    fault: 'instance-disk',
    takes: { Percent: { as: 'percent', otherwise: '95', write: percent }, ...INSTALL },
  },
  'AWSFIS-Run-Kill-Process': {
    fault: 'instance-kill-process',
    takes: { ProcessName: { as: 'process' }, Signal: { as: 'signal', otherwise: 'SIGTERM' }, ...INSTALL },
  },
  'AWSFIS-Run-Network-Latency': { fault: 'instance-latency', takes: { ...DELAY, ...ANY }, beside: { jitter: '0ms' } },
  'AWSFIS-Run-Network-Latency-Sources': {
    fault: 'instance-latency',
    takes: { ...DELAY, JitterMilliseconds: { as: 'jitter', otherwise: '10', write: milliseconds }, ...WHERE },
    only: LEAVING,
  },
  'AWSFIS-Run-Network-Packet-Loss': { fault: 'instance-loss', takes: { ...LOSS, ...ANY } },
  'AWSFIS-Run-Network-Packet-Loss-Sources': { fault: 'instance-loss', takes: { ...LOSS, ...WHERE }, only: LEAVING },
};

/** A document of Amazon's as a step. */
export interface DocumentFault {
  readonly kind: 'fault';
  readonly name: string;
  readonly step: Json;
  /** How long the document says that it goes on; undefined: it does not say. */
  readonly lastsMs: number | undefined;
}

/** The same, or why it is no fault of kong's. */
export type DocumentStep = DocumentFault | { readonly kind: 'other'; readonly why: string };

/**
 * What runs a document of Systems Manager, as the fault of kong's own that runs the same one in the same way.
 *
 * @param faults - all there are, by which parameters are checked
 */
export function documentStep({ parameters = {} }: FisTemplateAction, faults: readonly FaultSpec[]): DocumentStep {
  const name = (parameters.documentArn ?? '').replace(/^.*:document\//, '');
  const known = Object.hasOwn(DOCUMENTS, name) ? DOCUMENTS[name] : undefined;
  const spec = faults.find((one) => one.name === known?.fault);
  if (!known || !spec) return other(`kong has no fault for the document ${name}`);
  if (!['$DEFAULT', undefined].includes(parameters.documentVersion)) {
    return other(`kong runs the default version of ${name}`);
  }
  const given = textsIn(parameters.documentParameters);
  if (!given) return other('documentParameters is no JSON object of texts');
  const { DurationSeconds = '', ...own } = given;
  const why = whyOther(own, known) ?? whyUnfit(own, known, spec);
  if (why !== undefined) return other(`${name}: ${why}`);
  const lastsMs = /^\d+$/.test(DurationSeconds) ? Number(DurationSeconds) * 1_000 : undefined;
  return { kind: 'fault', name: spec.name, step: stepOf(own, known, spec), lastsMs };
}

/** What is as the fault has it anyway is not written. */
function stepOf(given: Readonly<Record<string, string>>, known: DocumentWords, { name, params }: FaultSpec): Json {
  const own = paramsOf(given, known).filter(([key, value]) => {
    const param = params[key];
    return param === undefined || defaultText(param) !== String(value);
  });
  return own.length > 0 ? { name, ...Object.fromEntries(own) } : name;
}

function other(why: string): DocumentStep {
  return { kind: 'other', why };
}

const text = z.union([z.string(), z.number()]).transform(String);
/** FIS takes texts, numbers, and lists; of more than one a fault knows nothing. */
const textsSchema = z.record(z.string(), z.union([text, z.tuple([text]).transform(([only]) => only)]));

function textsIn(json = '{}'): Readonly<Record<string, string>> | undefined {
  try {
    return textsSchema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

/** Why a document does something else than the fault; undefined: it does the same. */
function whyOther(given: Readonly<Record<string, string>>, { takes, only = {} }: DocumentWords): string | undefined {
  const odd = Object.keys(given).find((name) => !Object.hasOwn(takes, name) && !Object.hasOwn(only, name));
  if (odd !== undefined) return `kong has nothing for ${odd}`;
  const missing = Object.entries(takes).find(([name, one]) => (given[name] ?? one.otherwise) === undefined);
  if (missing) return `it needs ${missing[0]}`;
  const unlike = Object.entries(only).find(([name, { is, otherwise }]) => (given[name] ?? otherwise) !== is);
  return (
    unlike && `kong has ${unlike[0]} ${unlike[1].is} alone, and here it is ${given[unlike[0]] ?? unlike[1].otherwise}`
  );
}

/** Why a value is none that the fault takes. */
function whyUnfit(
  given: Readonly<Record<string, string>>,
  known: DocumentWords,
  { params }: FaultSpec,
): string | undefined {
  return paramsOf(given, known)
    .flatMap(([name, value]) => {
      const param = params[name];
      const why = param && whyNot(param, value);
      return why === undefined ? [] : [`${name} ${why}`];
    })
    .at(0);
}

function paramsOf(
  given: Readonly<Record<string, string>>,
  { takes, beside = {} }: DocumentWords,
): readonly (readonly [string, string | number])[] {
  const taken = Object.entries(takes).map(
    ([name, { as, otherwise = '', write }]): readonly [string, string | number] => {
      const text = given[name] ?? otherwise;
      return [as, write ? write(text) : text];
    },
  );
  return [...taken, ...Object.entries(beside)];
}
