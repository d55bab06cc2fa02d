import { describe, expect, it } from 'vitest';
import type { AttributeNote, Result } from '../../src/model/run.js';
import { resultJson, resultMarkdown, resultText } from '../../src/report/result-text.js';
import { HOSTILE, sampleResult } from './samples.js';

const STILL: AttributeNote = {
  attribute: 'subnet.networkAcl',
  resource: 'subnet us-east-1/subnet-0a1',
  before: 'acl-17',
  after: { $created: 'deny-vpc-1' },
  now: 'acl-999',
  note: 'access denied',
};
const UNREAD: AttributeNote = { attribute: 'record.weight', resource: 'record global/Z1/x', before: 50, after: 0 };
const GONE: AttributeNote = {
  attribute: 'instance.terminate',
  resource: 'instance us-east-1/i-1',
  before: null,
  after: null,
  note: 'i-1 of group playback',
};

const text = (over: Partial<Result> = {}): string => resultText(sampleResult(over), { colour: false });

function withNotes(notes: Partial<Result['rollback']>): Partial<Result> {
  return { rollback: { ...sampleResult().rollback, ...notes } };
}

describe('resultText', () => {
  it('says first what is still changed, whatever the summary says, and how to finish', () => {
    const out = text({ ...withNotes({ remaining: [STILL, UNREAD] }), exitCode: 4 });
    expect(out).toMatch(/^STILL CHANGED {2}/);
    expect(out).toContain(
      [
        '  still changed:',
        '    subnet us-east-1/subnet-0a1  networkAcl  reads acl-999, was acl-17              access denied',
        '    record global/Z1/x           weight      could not be read, kong set 0, was 50',
        '  to finish: kong rollback 20250601T190000Z-ab12',
      ].join('\n'),
    );
  });

  it('lists conflicts and what can not be undone', () => {
    const out = text(withNotes({ conflicts: [STILL], irreversible: [GONE] }));
    expect(out).toContain(
      '  changed by someone else, left alone:\n' +
        '    subnet us-east-1/subnet-0a1  networkAcl  reads acl-999, was acl-17',
    );
    expect(out).toContain("  can't be undone:\n    instance us-east-1/i-1  terminate  lost i-1 of group playback\n");
    expect(out).toContain('; 1 conflict, 1 irreversible, 0 still changed\n');
  });

  it('says why a run was refused and what to do', () => {
    const out = text({
      outcome: 'refused',
      summary: 'REFUSED  x: locked',
      error: { code: 'LOCKED', message: 'held by other', fix: 'wait' },
      slis: {},
      phases: [],
      rollback: { ...sampleResult().rollback, startedAt: null, endedAt: null },
    });
    expect(out).toContain('  error: held by other (LOCKED)\n  fix: wait\n');
    expect(out).not.toContain('Rollback');
    expect(out).not.toContain('SLIs');
  });
});

describe('the figures of a result', () => {
  it('begins with the outcome and why', () => {
    const [first] = text().split('\n');
    expect(first).toBe(
      'HELD  chaos-kong-us-east-1: the steady state held while us-east-1 was dark ' + '(recovered in 2m28s of 3m)',
    );
  });

  it('shows each SLI before, at its worst and after, with what was expected and what came of it', () => {
    expect(text()).toContain(
      [
        'SLIs',
        '                              before    peak    after  expected',
        '  Stream starts that succeed  99.5 %  98.5 %   99.4 %  >= 99%              ✓ held, off for 50s of 3m allowed',
        '  latency-p99                 150 ms  280 ms  no data  <= baseline + 50ms  ' +
          '✗ did not hold, off for 4m of 3m allowed',
      ].join('\n'),
    );
  });

  it('does not pass off an objective that is not known as met', () => {
    expect(text()).toContain("  RTO  2m28s of 3m       ✓ met\n  RPO  not known of 10s  can't be told\n");
  });

  it('says how soon after the breach the rollback began', () => {
    expect(text(withNotes({ reason: 'breach', firstCallAfterBreachMs: 40 }))).toContain(
      '31 attributes restored in 4s (breach, first call 40ms after the breach)',
    );
  });

  it('says what of a breach was kong\'s own time', () => {
    const timing = {
      breachAt: '2025-06-01T19:03:20.000Z',
      decidedMs: 5_200,
      firstCallMs: 5_240,
      lastCallMs: 6_000,
      steadyMs: null,
    };
    expect(text(withNotes({ reason: 'breach', timing }))).toContain(
      'after the end of the period that breached: decided 5.2s, first call 5.2s, last call 6s, steady state never\n',
    );
    expect(text()).not.toContain('the period that breached');
  });

  it('does not pass off the SLI that aborted the drill as one that held', () => {
    const at = '2025-06-01T19:03:20.000Z';
    const abort = { sli: 'stream-starts', series: 'global', value: 96, breach: '< 97%', at };
    const over: Partial<Result> = { outcome: 'aborted', abort };
    expect(text(over)).toContain('✗ aborted the drill: < 97%');
    expect(text(over)).not.toContain('✓ held');
    expect(resultMarkdown(sampleResult(over))).toContain('aborted the drill');
  });

  it('puts the verdicts below the figures where the terminal is too narrow, and loses none', () => {
    const sliLines = (width: number): readonly string[] => {
      const lines = resultText(sampleResult(), { colour: false, width }).split('\n');
      return lines.slice(lines.indexOf('SLIs') + 1, lines.indexOf('Objectives') - 1);
    };
    const [wide, narrow] = [sliLines(400), sliLines(70)];
    expect(narrow.length).toBeGreaterThan(wide.length);
    expect(narrow.every((line) => line.length <= 70)).toBe(true);
    const verdicts = (lines: readonly string[]): number => lines.filter((line) => /✓|✗|only watched/.test(line)).length;
    expect(verdicts(narrow)).toBe(verdicts(wide));
  });

  it('shows findings, calls, phases and where the files are', () => {
    const out = resultText(sampleResult(), { colour: false, folder: '.kong/runs/r1' });
    expect(out).toContain(
      '  cold-caches: the cache hit rate fell from 95 % to 60 %\n' + '    warm the caches before the shift\n',
    );
    expect(out).toContain('  AWS calls: 41 read, 62 write, 0 throttled\n  files: .kong/runs/r1\n');
    expect(out).toContain('  rollback     4s\n');
  });

  it.each([
    ['held', 0, '\u001b[32mHELD'],
    ['aborted', 1, '\u001b[31m\u001b[1mABORTED'],
    ['interrupted', 130, '\u001b[33mINTERRUPTED'],
  ] as const)('colours %s by what it means', (outcome, exitCode, start) => {
    const result = sampleResult({ outcome, exitCode, summary: `${outcome.toUpperCase()}  x: y` });
    expect(resultText(result, { colour: true }).startsWith(start)).toBe(true);
  });

  it.each(HOSTILE)('is as long as ever, and harmless, where everything is called %j', (name) => {
    const out = resultText(hostileResult(name), { colour: false, folder: name });
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    expect(out.split('\n')).toHaveLength(resultText(hostileResult('x'), { colour: false }).split('\n').length);
  });
});

describe('resultMarkdown', () => {
  it.each(HOSTILE)('keeps its tables where everything is called %j', (name) => {
    const out = resultMarkdown(hostileResult(name));
    expect(out.split('\n')).toHaveLength(resultMarkdown(hostileResult('x')).split('\n').length);
    expect(out.replace(/<\/?(?:details|summary)>/g, '')).not.toMatch(/[<>]/);
  });

  it('marks everything but success', () => {
    expect(resultMarkdown(sampleResult({ exitCode: 1 }))).toMatch(/^## kong ❌ /);
    expect(resultMarkdown(sampleResult())).toMatch(/^## kong ✅ HELD/);
  });

  it('lists what is still changed with the command that finishes it', () => {
    const out = resultMarkdown(sampleResult(withNotes({ remaining: [STILL] })));
    expect(out).toContain(
      '| still changed | subnet us-east-1/subnet-0a1 | networkAcl ' + '| reads acl-999, was acl-17 | access denied |',
    );
    expect(out).toContain('To finish: `kong rollback` 20250601T190000Z-ab12');
  });
});

describe('resultJson', () => {
  it('is the result', () => {
    const result = hostileResult('\u009b31m\u202e');
    expect(JSON.parse(resultJson(result))).toEqual(result);
  });
});

function hostileResult(name: string): Result {
  const note = { attribute: name, resource: name, before: name, after: name, now: name, note: name };
  return sampleResult({
    run: name,
    experiment: name,
    hypothesis: `h ${name}`,
    where: name,
    summary: name,
    slis: { [name]: { title: name, unit: name, before: 1, peak: 2, after: 3, series: [] } },
    steadyState: [{ sli: name, expect: name, held: false, offSeconds: 1, settleSeconds: 0 }],
    error: { code: name, message: name, fix: name },
    findings: [{ id: name, evidence: name, suggestion: name }],
    ...withNotes({ reason: name, remaining: [note], conflicts: [note], irreversible: [note] }),
  });
}
