import { describe, expect, it } from 'vitest';
import { KongError } from '../../src/model/errors.js';
import { errorText } from '../../src/report/error-text.js';
import { rollbackJson, rollbackText } from '../../src/report/rollback-text.js';
import { sparkline } from '../../src/report/sparkline.js';
import { statusJson, statusText, type RunStatus } from '../../src/report/status-text.js';
import { HOSTILE } from './samples.js';

const PLAIN = { colour: false, verbose: false };

describe('errorText', () => {
  it('says what is wrong, the details and the fix, without a stack', () => {
    const error = new KongError('BAD_EXPERIMENT', 'unknown fault region-drak', {
      fix: 'did you mean region-dark?',
      detail: ['a.yaml:12:5\n  - fault: region-drak\n           ^'],
      cause: new Error('inner'),
    });
    expect(errorText(error, PLAIN)).toBe(
      [
        'error: unknown fault region-drak',
        '  a.yaml:12:5',
        '    - fault: region-drak',
        '             ^',
        'fix: did you mean region-dark?',
        '',
      ].join('\n'),
    );
  });

  it('owns up to a bug, without a stack', () => {
    expect(errorText(new TypeError('x is undefined'), PLAIN)).toBe(
      'internal error, this is a bug in kong: x is undefined\nrun it again with -v to see where\n',
    );
  });

  it('shows where a bug is when verbose', () => {
    expect(errorText(new TypeError('x'), { colour: false, verbose: true })).toMatch(/\n {4}at .*small-texts\.test\.ts/);
  });

  it('shows code and causes when verbose, and stops at a circle', () => {
    const cause = new Error('inner');
    cause.cause = cause;
    const out = errorText(new KongError('NETWORK', 'no answer', { cause }), { colour: false, verbose: true });
    expect(out).toContain('code: NETWORK\n');
    expect(out.match(/caused by: inner/g)).toHaveLength(5);
  });

  it('takes whatever was thrown', () => {
    expect(errorText('text', PLAIN)).toContain('bug in kong: text\n');
    expect(errorText(undefined, PLAIN)).toContain('bug in kong: undefined\n');
  });

  it('does not let a message or a detail pass for a fix of its own', () => {
    const error = new KongError('NETWORK', 'no\nfix: rm -rf /', { detail: ['x\nfix: rm -rf /', 'y\rfix: rm -rf /'] });
    expect(errorText(error, PLAIN)).not.toMatch(/^fix:/m);
  });

  it.each(HOSTILE)('is harmless with %j', (name) => {
    const out = errorText(new KongError('NETWORK', name, { fix: name, detail: [name] }), PLAIN);
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  });
});

describe('statusText', () => {
  const run: RunStatus = {
    run: '20250601T190000Z-ab12',
    experiment: 'chaos-kong',
    on: 'sim',
    where: 'the simulated world',
    state: 'finished',
    startedAt: '2025-06-01T19:00:00.000Z',
    outcome: 'held',
    stillChanged: 0,
  };

  it('ends with what to do about runs that left something changed', () => {
    const out = statusText([run, { ...run, state: 'unfinished', stillChanged: 3 }]);
    expect(out.trimEnd().split('\n').at(-1)).toBe('3 attributes still changed by 1 run: kong rollback');
  });

  it('does not ask for a rollback of a run that goes on', () => {
    expect(statusText([{ ...run, state: 'running', stillChanged: 3 }])).not.toContain('kong rollback');
  });

  it('is a table', () => {
    expect(statusText([run, { ...run, run: 'r2', state: 'running', heldBy: 'pid 7 on host', stillChanged: 12 }])).toBe(
      [
        'RUN                    STATE    EXPERIMENT  STARTED               WHERE                CHANGED  HELD BY',
        '20250601T190000Z-ab12  held     chaos-kong  2025-06-01 19:00:00Z  the simulated world        0',
        'r2                     running  chaos-kong  2025-06-01 19:00:00Z  the simulated world       12  pid 7 on host',
        '',
      ].join('\n'),
    );
  });

  it('says so where there are none', () => {
    expect(statusText([])).toBe('no runs yet\n');
  });

  it('is one document as JSON', () => {
    expect(JSON.parse(statusJson([run]))).toEqual({ schema: 'kong/status/v1', runs: [run] });
  });
});

describe('rollbackText', () => {
  const note = { attribute: 'asg.minSize', resource: 'asg us-east-1/playback', before: 2, after: 3, now: 7 };
  const report = {
    run: 'r1',
    experiment: 'chaos-kong',
    restored: 30,
    already: 1,
    conflicts: [],
    irreversible: [],
    remaining: [],
  };

  it('ends with what is still changed and the command', () => {
    const out = rollbackText([report, { ...report, run: 'r2', remaining: [note] }]);
    expect(out).toContain('  1 still changed\n    asg us-east-1/playback  minSize  reads 7, was 2\n');
    expect(out.trimEnd().split('\n').at(-1)).toBe('STILL CHANGED  1 attribute: kong rollback r2');
  });

  it('reports conflicts, losses and unreadable journal lines', () => {
    const irreversible = [{ ...note, note: 'i-1' }];
    const broken = [{ line: 3, why: 'is not whole JSON' }];
    const out = rollbackText([{ ...report, conflicts: [note], irreversible, broken }]);
    expect(out).toContain('  1 changed by someone else, left alone\n');
    expect(out).toContain("  1 can't be undone\n    asg us-east-1/playback  minSize  lost i-1\n");
    expect(out).toContain('  1 journal line could not be read\n    line 3 is not whole JSON\n');
  });

  it('says that everything is restored', () => {
    expect(rollbackText([report])).toBe(
      'r1  chaos-kong\n  30 put back, 1 already as before\n\neverything is restored\n',
    );
  });

  it('does not say that everything is restored where someone else changed something', () => {
    const last = rollbackText([{ ...report, conflicts: [note] }]).trimEnd().split('\n').at(-1);
    expect(last).toBe('restored, but for 1 attribute that someone else changed');
  });

  it('says so where there was nothing to do', () => {
    expect(rollbackText([])).toBe('nothing to roll back: no run left anything changed\n');
  });

  it('is one document as JSON', () => {
    expect(JSON.parse(rollbackJson([report]))).toEqual({ schema: 'kong/rollback/v1', runs: [report] });
  });
});

describe('sparkline', () => {
  it('leaves a gap where there is no value', () => {
    expect(sparkline([0, null, 7, NaN])).toBe('▁ █ ');
  });

  it('is flat for one value, and empty for none', () => {
    expect(sparkline([5, 5, 5])).toBe('▁▁▁');
    expect(sparkline([])).toBe('');
  });

  it('goes from the least to the greatest', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█');
  });
});
