import { describe, expect, it } from 'vitest';
import { driverOf } from '../../src/changes/registry.js';
import { resolved } from '../../src/changes/driver.js';
import { createdIds, touchedAttributes, type Touched } from '../../src/drill/attributes.js';
import { readJournal } from '../../src/drill/read-journal.js';
import type { RecoveryReport } from '../../src/drill/recover.js';
import { attributeKey } from '../../src/model/change.js';
import type { JournalEntry } from '../../src/model/journal.js';
import { resourceKey } from '../../src/model/resource.js';
import { rollbackText } from '../../src/report/rollback-text.js';
import { MemoryFiles } from '../support/memory-files.js';
import { drillOn, openBench, planOn, readExperiment, recoverOn, STATE, type Bench } from '../support/sim-drill.js';
import { eachInput } from './mutate.js';

const RUN = '20260101T000000Z-abcdef';
const JOURNAL = `${STATE}/runs/${RUN}/journal.ndjson`;

/** The disk of a drill that died while all was broken. */
async function deadDrill(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  let dead = false;
  const bench = openBench({ files, around: (_command, answer) => (dead ? new Promise(() => undefined) : answer()) });
  const plan = await planOn(bench, readExperiment('kong-us-east-1'));
  await new Promise<void>((resolve) => {
    void drillOn(bench, plan, (event) => {
      if (event.type === 'step' && event.title.startsWith('hold')) {
        dead = true;
        resolve();
      }
      return false;
    });
  });
  return copyOf(files);
}

function copyOf(files: MemoryFiles, journal?: string): MemoryFiles {
  const copy = new MemoryFiles();
  for (const [path, text] of files.contents) if (!path.includes('/locks/')) copy.contents.set(path, text);
  if (journal !== undefined) copy.contents.set(JOURNAL, journal);
  return copy;
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '');
const isIntent = (entry: JournalEntry): boolean => entry.type === 'intent';
const noSeals = (text: string): string => text.replace(/,"seal":"[^"]*"/g, '');

/** How each attribute that the run touched reads now: as before, as the run set it, or otherwise. */
async function readings(
  bench: Bench,
  touched: readonly Touched[],
  entries: readonly JournalEntry[],
): Promise<Map<string, string>> {
  const context = { cloud: bench.cloud, run: RUN, created: createdIds(entries) };
  const found = new Map<string, string>();
  for (const item of touched) {
    const driver = driverOf(item.attribute);
    const now = (await driver.readMany([item.resource], context)).get(item.resource.id);
    const ours = item.ours.map((one) => resolved(one, context.created));
    found.set(attributeKey(item), now === undefined ? 'gone' : driver.relate({ before: item.before, ours }, now));
  }
  return found;
}

function listed(reports: readonly RecoveryReport[]): ReadonlySet<string> {
  const notes = reports.flatMap(({ conflicts, remaining }) => [...conflicts, ...remaining]);
  return new Set(notes.map(({ attribute, resource }) => `${attribute} ${resource}`));
}

describe('a damaged journal', async () => {
  const dead = await deadDrill();
  const text = dead.read(JOURNAL) ?? '';
  const whole = readJournal(text);
  const wholeTexts = new Set(whole.entries.map((entry) => JSON.stringify(entry)));

  it('is one of a drill that had much to undo, and reads whole', () => {
    expect(touchedAttributes(whole.entries).length).toBeGreaterThanOrEqual(9);
    expect(whole).toMatchObject({ broken: [], lost: false });
  });

  it.each([
    ['one changed value', (lines: string[]) => (lines[5] = (lines[5] ?? '').replace('"before":', '"before": 7, "x":'))],
    ['a line taken out', (lines: string[]) => lines.splice(4, 1)],
    ['two lines swapped', (lines: string[]) => lines.splice(4, 0, ...lines.splice(6, 1))],
    ['a line without its seal', (lines: string[]) => (lines[5] = noSeals(lines[5] ?? ''))],
    ['its first line gone', (lines: string[]) => lines.shift()],
    ['a line more, by someone else', (lines: string[]) => lines.splice(4, 0, noSeals(lines[4] ?? ''))],
  ])('shows by its seals: %s', (_what, damage) => {
    const lines = [...linesOf(text)];
    damage(lines);
    expect(readJournal(`${lines.join('\n')}\n`).lost).toBe(true);
  });

  it('is told from one whose writer died in the middle of a line, also after another process went on', async () => {
    const torn = `${text}{"at":"2026-01-01T00:00:00.000Z","type":"int`;
    expect(readJournal(torn)).toMatchObject({ broken: [{ why: 'is not whole JSON' }], lost: false });
    const files = copyOf(dead, torn);
    const [report] = await recoverOn(openBench({ files, resume: true }));
    expect(report).toMatchObject({ remaining: [], conflicts: [], lost: false });
    expect(readJournal(files.read(JOURNAL) ?? '')).toMatchObject({ broken: [{}], lost: false });
    expect(await recoverOn(openBench({ files, resume: true }))).toEqual([]);
  });

  it('forgets no change that a whole line announces, and believes none that was not written', async () => {
    await eachInput('journal', { sources: [text], count: 3_000 }, (damaged) => {
      const { entries, broken, lost } = readJournal(damaged);
      const read = new Set(entries.map((entry) => JSON.stringify(entry)));
      for (const one of read) expect(wholeTexts, one).toContain(one);
      const left = new Set(linesOf(damaged));
      for (const [index, line] of linesOf(text).entries())
        if (left.has(line)) expect(read, line).toContain(JSON.stringify(whole.entries[index]));
      expect(entries.length + broken.length).toBe(linesOf(damaged).length);
      const missing = whole.entries.findIndex((entry) => isIntent(entry) && !read.has(JSON.stringify(entry)));
      const hasLater = whole.entries.slice(missing + 1).some((entry) => read.has(JSON.stringify(entry)));
      if (missing >= 0 && hasLater) expect(lost, 'a change may be forgotten, and nobody is told').toBe(true);
    });
  });

  it('without seals, as kong wrote them once, is read as far as it makes sense', async () => {
    await eachInput('unsealed journal', { sources: [noSeals(text)], count: 1_000 }, (damaged) => {
      const { entries, broken } = readJournal(damaged);
      expect(entries.length + broken.length).toBe(linesOf(damaged).length);
      expect(touchedAttributes(entries).length).toBeLessThanOrEqual(entries.length);
    });
    expect(readJournal(noSeals(text)).entries).toEqual(whole.entries);
  });

  it('is rolled back as far as it is whole, writes nothing else, and says what it does not know', async () => {
    const all = touchedAttributes(whole.entries);
    const asLeft = await readings(openBench({ files: copyOf(dead), resume: true }), all, whole.entries);
    await eachInput('rolled back journal', { sources: [text], count: 40 }, async (damaged) => {
      const files = copyOf(dead, damaged);
      const trusted = readJournal(damaged);
      const known = touchedAttributes(trusted.entries);
      const reports = await recoverOn(openBench({ files, resume: true }));
      const after = await readings(openBench({ files, resume: true }), all, whole.entries);
      const names = listed(reports);
      for (const [key, reading] of after) {
        const own = known.find((item) => attributeKey(item) === key);
        if (own === undefined) expect(reading, key).toBe(asLeft.get(key));
        else if (!names.has(`${own.attribute} ${resourceKey(own.resource)}`))
          expect(reading, key).toMatch(/before|gone/);
      }
      if (known.length > 0 || trusted.lost) {
        expect(reports).toHaveLength(1);
        expect(reports[0]?.broken).toHaveLength(trusted.broken.length);
        const shown = rollbackText(reports);
        if (trusted.lost) expect(shown).toContain('STILL CHANGED, maybe');
        if (trusted.lost) expect(shown).not.toContain('everything is restored');
      }
    });
  });

  it('without seals never keeps a rollback from coming to its end, whatever it says', async () => {
    await eachInput('unsealed rollback', { sources: [noSeals(text)], count: 30 }, async (damaged) => {
      await recoverOn(openBench({ files: copyOf(dead, damaged), resume: true }));
    });
  });
});
