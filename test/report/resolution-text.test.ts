import { describe, expect, it } from 'vitest';
import type { NameSeen, ResolutionPlan, StageSeen } from '../../src/model/resolution.js';
import type { Result, RunEvent } from '../../src/model/run.js';
import { drawLines } from '../../src/report/lines.js';
import { planText } from '../../src/report/plan-text.js';
import { resolutionParts } from '../../src/report/resolution-text.js';
import { resultMarkdown, resultText } from '../../src/report/result-text.js';
import { HOSTILE, samplePlan, sampleResult } from './samples.js';

const COUNTS = { asked: 10, region: 0, elsewhere: 10, unknown: 0, why: null } as const;
const GONE: StageSeen<'gone'> = { ...COUNTS, state: 'gone', afterSeconds: 12.4 };
const STILL: StageSeen<'still'> = { ...COUNTS, region: 3, elsewhere: 7, state: 'still', afterSeconds: 120 };
const LOST = { ...COUNTS, asked: 1, elsewhere: 0, unknown: 1, why: 'no answer within 2s', afterSeconds: 75 } as const;
const BACK: StageSeen<'back'> = { ...COUNTS, region: 4, elsewhere: 6, state: 'back', afterSeconds: 0 };
const ABSENT: StageSeen<'absent'> = { ...COUNTS, state: 'absent', afterSeconds: 120 };

function seen(over: Partial<NameSeen>): NameSeen {
  const usual = { name: 'api.example.com', type: 'CNAME', ttlSeconds: 60, share: 0.5 };
  return { ...usual, before: COUNTS, moved: GONE, returned: BACK, ...over };
}

function resultWith(...names: readonly NameSeen[]): Result {
  const asked = { checked: true, resolver: '10.0.0.2', region: 'us-east-1', names } as const;
  return sampleResult({ resolution: asked });
}

const text = (result: Result): string => resultText(result, { colour: false });

describe('a result without a resolver', () => {
  it('says that nobody looked', () => {
    const result = sampleResult({ resolution: { checked: false, why: 'kong.yaml names no resolver' } });
    expect(text(result)).toContain('Resolution\n  not checked: kong.yaml names no resolver\n');
    expect(resultMarkdown(result)).toContain('Resolution was not checked: kong.yaml names no resolver');
  });

  it('says nothing where nothing was to be moved', () => {
    expect(text(sampleResult())).not.toContain('Resolution');
    expect(resultMarkdown(sampleResult())).not.toContain('esolution');
  });
});

describe('a result of a resolver', () => {
  it.each([
    [{ moved: STILL }, '✗ 3 of 10 still led to us-east-1 after 2m'],
    [{ moved: { ...LOST, state: 'unknown' } }, '? not known after 1m15s: no answer within 2s'],
    [
      { moved: { ...STILL, state: 'unknown', afterSeconds: 20 } },
      '? not known after 20s: 3 of 10 still led there, as caches may',
    ],
    [{ moved: null, returned: null }, 'not looked at after the shift  not looked at after the return'],
    [{ returned: ABSENT }, '✗ none of 10 leads to us-east-1 after 2m (50 % by weight)'],
    [{ returned: { ...LOST, state: 'unknown' } }, '? not known whether it is back: no answer within 2s'],
    [{}, '✓ none of 10 leads to us-east-1 from 12s on  ✓ 4 of 10 lead to us-east-1 again (50 % by weight)'],
  ] satisfies [Partial<NameSeen>, string][])('says of a name what became of it: %#', (over, said) => {
    expect(text(resultWith(seen(over)))).toContain(said);
    const cells = resultMarkdown(resultWith(seen(over)));
    expect(cells).toContain('| by 10.0.0.2 | after the shift | after the return |');
  });

  it('shows the first of very many names', () => {
    const names = Array.from({ length: 50 }, (_, i) => seen({ name: `n${i}.example.com` }));
    expect(text(resultWith(...names))).toContain('  … and 30 more in result.json');
    expect(resultMarkdown(resultWith(...names))).toContain('… and 30 more in result.json');
  });

  it.each(HOSTILE)('is harmless where everything is called %j', (name) => {
    const own = seen({ name, type: name, moved: { ...LOST, state: 'unknown', why: name } });
    const out = text(resultWith(own));
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    const lines = (result: Result): number => resultMarkdown(result).split('\n').length;
    expect(lines(resultWith(own))).toBe(lines(resultWith(seen({}))));
  });
});

describe('a plan with a resolver', () => {
  const asked: ResolutionPlan = {
    checked: true,
    resolver: { address: '10.0.0.2', samples: 10, timeoutMs: 2_000 },
    region: 'us-east-1',
    names: [{ name: 'api.example.com', type: 'CNAME', ttlSeconds: 45, share: 0.5, leads: [] }],
  };
  const said = (resolution: ResolutionPlan, fault: 'first' | 'last'): string => {
    const shift = { kind: 'shift', to: 'survivors', steps: [1], everyMs: 0 } as const;
    const dark = { kind: 'fault', fault: 'region-dark', params: {} } as const;
    const plan = samplePlan({ resolution });
    const method = fault === 'first' ? [dark, shift] : [shift, dark];
    const shown = { ...plan, experiment: { ...plan.experiment, method } };
    return planText(shown, { colour: false }).replace(/\n +/g, ' ');
  };

  it('says whom it asks, about what, and how often', () => {
    expect(said(asked, 'first')).toContain(
      'resolver    10.0.0.2 is asked after the shift and after the return, 10 answers for each of 1 name',
    );
    expect(said(asked, 'first')).not.toContain('before the fault');
  });

  it('says how long a fault waits for it', () => {
    expect(said(asked, 'last')).toContain('at most 1m30s before the fault, until none leads to us-east-1');
  });

  it('waits no longer than ten minutes, whatever the time to live', () => {
    const slow = { ...asked, names: asked.names.map((name) => ({ ...name, ttlSeconds: 86_400 })) };
    expect(said(slow, 'last')).toContain('at most 10m before the fault');
  });
});

describe('a look of a drill', () => {
  const told = (event: Partial<Extract<RunEvent, { type: 'resolution' }>>): string => {
    const look = { at: '', type: 'resolution', stage: 'moved', resolver: '10.0.0.2', region: 'us-east-1' } as const;
    const names = [{ ...COUNTS, name: 'api.example.com', type: 'CNAME' }];
    return drawLines([resolutionParts({ ...look, names, ...event })], { colour: false }).trimEnd();
  };

  it('is one line, with the names that still lead to the region, and what nobody knows', () => {
    const names = ['api', 'play', 'www', 'img', 'old'].map((name) => {
      return { ...COUNTS, name, type: 'CNAME', region: 2, elsewhere: 7, unknown: 1 };
    });
    expect(told({ names })).toBe(
      "10.0.0.2 after the shift: 10 of 50 answers lead to us-east-1 (api, play, www and 2 more), 5 can't be told",
    );
  });

  it('says after the return how many lead back', () => {
    const names = [{ ...COUNTS, name: 'api', type: 'CNAME', region: 4, elsewhere: 6 }];
    expect(told({ stage: 'returned', names })).toBe('10.0.0.2 after the return: 4 of 10 answers lead to us-east-1');
  });
});
