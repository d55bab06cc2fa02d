import { formatDuration } from '../model/duration.js';
import type { Plan } from '../model/plan.js';
import {
  waitMsOf,
  type AnswerCounts,
  type NameCounts,
  type NameSeen,
  type ResolutionSeen,
  type ResolutionStage,
} from '../model/resolution.js';
import type { Result, RunEvent } from '../model/run.js';
import { count } from '../model/summary.js';
import { markdownTable } from './markdown.js';
import { markdownCell } from './plain.js';
import { firstOf, table, toned, type Line, type Part, type Tone } from './lines.js';

/** Names of one drill are few, or too many to read. */
const SHOWN = 20;

/** How a plan sees whether members follow; none where no records are moved. */
export function resolutionFacts({ resolution, experiment }: Plan): readonly (readonly [string, string])[] {
  if (!resolution) return [];
  if (!resolution.checked) return [['resolver', `not checked whether members follow the shift: ${resolution.why}`]];
  const { resolver, names, region } = resolution;
  const shift = experiment.method.findIndex(({ kind }) => kind === 'shift');
  const drains = experiment.method.some(({ kind }, index) => kind === 'fault' && index > shift);
  const wait = drains
    ? `; at most ${formatDuration(waitMsOf(names))} before the fault, until none leads to ${region}`
    : '';
  const asked = `${count(resolver.samples, 'answer')} for each of ${count(names.length, 'name')}`;
  return [['resolver', `${resolver.address} is asked after the shift and after the return, ${asked}${wait}`]];
}

interface Said {
  readonly text: string;
  readonly tone: Tone;
}

/** What a resolver said, as lines of a result; none where no records were moved. */
export function resolutionLines({ resolution }: Result): readonly Line[] {
  if (!resolution) return [];
  if (!resolution.checked) return [[toned('dim', `  not checked: ${resolution.why}`)]];
  const { shown, hidden } = firstOf(resolution.names, SHOWN);
  return [
    [toned('dim', `  asked ${resolution.resolver}`)],
    ...table(shown.map((name) => cellsOf(name, resolution.region))),
    ...(hidden > 0 ? [[toned('dim', `  … and ${hidden} more in result.json`)]] : []),
  ];
}

/** The same as a Markdown table; empty where nothing was asked. */
export function resolutionMarkdown({ resolution }: Result): string {
  if (resolution?.checked !== true) return '';
  const { resolver, region } = resolution;
  const { shown, hidden } = firstOf(resolution.names, SHOWN);
  const rows = shown.map((name) => [
    `${name.name} ${name.type}`,
    movedText(name, region).text,
    returnedText(name, region).text,
  ]);
  const more = hidden > 0 ? [[`… and ${hidden} more in result.json`, '', '']] : [];
  return markdownTable([`by ${markdownCell(resolver)}`, 'after the shift', 'after the return'], [...rows, ...more]);
}

/** Why nobody looked; empty where somebody did, or nothing was moved. */
export function notCheckedText(resolution: ResolutionSeen | undefined): string {
  return resolution?.checked === false ? `Resolution was not checked: ${resolution.why}` : '';
}

function cellsOf(name: NameSeen, region: string): readonly Part[] {
  const moved = movedText(name, region);
  const returned = returnedText(name, region);
  return [`${name.name} ${name.type}`, toned(moved.tone, moved.text), toned(returned.tone, returned.text)];
}

function movedText({ moved }: NameSeen, region: string): Said {
  if (!moved) return { text: 'not looked at after the shift', tone: 'dim' };
  const at = secondsText(moved.afterSeconds);
  switch (moved.state) {
    case 'gone':
      return { text: `✓ none of ${moved.asked} leads to ${region} from ${at} on`, tone: 'good' };
    case 'still':
      return { text: `✗ ${moved.region} of ${moved.asked} still led to ${region} after ${at}`, tone: 'bad' };
    case 'unknown':
      return { text: `? not known after ${at}: ${whyText(moved)}`, tone: 'warn' };
  }
}

function returnedText({ returned, share }: NameSeen, region: string): Said {
  if (!returned) return { text: 'not looked at after the return', tone: 'dim' };
  const { asked, region: leading, afterSeconds } = returned;
  const expected = `${Math.round(share * 100)} % by weight`;
  switch (returned.state) {
    case 'back':
      return { text: `✓ ${leading} of ${asked} lead to ${region} again (${expected})`, tone: 'good' };
    case 'absent':
      return {
        text: `✗ none of ${asked} leads to ${region} after ${secondsText(afterSeconds)} (${expected})`,
        tone: 'bad',
      };
    case 'unknown':
      return { text: `? not known whether it is back: ${whyText(returned)}`, tone: 'warn' };
  }
}

function whyText({ region, asked, why }: AnswerCounts): string {
  return why ?? `${region} of ${asked} still led there, as caches may`;
}

const STAGE_WORDS: Readonly<Record<ResolutionStage, string>> = {
  before: 'before the shift',
  moved: 'after the shift',
  returned: 'after the return',
};

type Told = Extract<RunEvent, { type: 'resolution' }>;

/** `127.0.0.1:5353 after the shift: 3 of 20 answers lead to us-east-1 (api.example.com)` */
export function resolutionParts({ stage, resolver, region, names }: Told): readonly Part[] {
  const sum = (of: (one: NameCounts) => number): number => names.reduce((total, one) => total + of(one), 0);
  const [asked, leading, unknown] = [sum((one) => one.asked), sum((one) => one.region), sum((one) => one.unknown)];
  const which = names.filter((one) => one.region > 0).map(({ name }) => name);
  const { shown, hidden } = firstOf([...new Set(which)], 3);
  const more = hidden > 0 ? ` and ${hidden} more` : '';
  const named = stage === 'moved' && shown.length > 0 ? ` (${shown.join(', ')}${more})` : '';
  const dumb = unknown > 0 ? `, ${unknown} can't be told` : '';
  const isWell = unknown === 0 && (stage === 'moved' ? leading === 0 : leading > 0 || stage === 'before');
  const text = `${leading} of ${count(asked, 'answer')} lead to ${region}${named}${dumb}`;
  return [toned('dim', `${resolver} ${STAGE_WORDS[stage]}: `), toned(isWell ? 'good' : 'warn', text)];
}

function secondsText(seconds: number): string {
  return seconds < 1 ? '0s' : formatDuration(Math.round(seconds) * 1_000);
}
