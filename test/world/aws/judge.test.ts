import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, periodsLookedAt, type AlarmRule } from '../../../src/world/aws/cloudwatch/judge.js';

const RULE: AlarmRule = {
  periods: 3,
  datapointsToAlarm: 3,
  threshold: 5,
  comparison: 'GreaterThanThreshold',
  treatMissing: 'missing',
  state: 'INSUFFICIENT_DATA',
};

/** As AWS's own tables write it: `0` within the threshold, `X` beyond it, `-` missing; the oldest first. */
const read = (text: string): readonly (number | undefined)[] =>
  text.split('').map((one) => (one === '-' ? undefined : one === 'X' ? 9 : 1));

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
/** For what "retain the current state" stands: a state that nothing else leads to here. */
const NOW = 'INSUFFICIENT_DATA' as const;

describe('an alarm on three of three', () => {
  it.each([
    ['0-X-X', ['OK', 'OK', 'OK', 'OK']],
    ['----0', ['OK', 'OK', 'OK', 'OK']],
    ['-----', ['INSUFFICIENT_DATA', NOW, 'ALARM', 'OK']],
    ['0XX-X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['--X--', ['ALARM', NOW, 'ALARM', 'OK']],
  ])("takes %s as AWS's table says", (values, expected) => {
    expect(TREATMENTS.map((treatMissing) => judge({ ...RULE, treatMissing }, read(values)))).toEqual(expected);
  });
});

describe('an alarm on two of three', () => {
  it.each([
    ['0-X-X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['00X0X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0-X--', ['OK', 'OK', 'ALARM', 'OK']],
    ['----0', ['OK', 'OK', 'ALARM', 'OK']],
    ['---X-', ['ALARM', NOW, 'ALARM', 'OK']],
  ])("takes %s as AWS's table says", (values, expected) => {
    const rule = { ...RULE, datapointsToAlarm: 2 };
    expect(TREATMENTS.map((treatMissing) => judge({ ...rule, treatMissing }, read(values)))).toEqual(expected);
  });
});

describe('an alarm', () => {
  it.each([
    ['GreaterThanThreshold', 'OK'],
    ['GreaterThanOrEqualToThreshold', 'ALARM'],
    ['LessThanThreshold', 'OK'],
    ['LessThanOrEqualToThreshold', 'ALARM'],
  ] as const)('with %s takes the threshold itself for %s', (comparison, state) => {
    const rule = { ...RULE, comparison, periods: 1, datapointsToAlarm: 1 };
    expect(judge(rule, [undefined, undefined, RULE.threshold])).toBe(state);
  });

  it('is never raised by one more value within the threshold', () => {
    const values = fc.array(fc.constantFrom('0', 'X', '-'), { minLength: 5, maxLength: 5 }).map((all) => all.join(''));
    fc.assert(
      fc.property(
        values,
        fc.nat(4),
        fc.constantFrom(...TREATMENTS),
        fc.integer({ min: 1, max: 3 }),
        (text, at, treatMissing, enough) => {
          const rule = { ...RULE, treatMissing, datapointsToAlarm: enough, state: 'OK' as const };
          const better = `${text.slice(0, at)}${text[at] === 'X' ? '0' : (text[at] ?? '')}${text.slice(at + 1)}`;
          fc.pre(judge(rule, read(text)) !== 'ALARM');
          expect(judge(rule, read(better))).not.toBe('ALARM');
        },
      ),
    );
  });

  it('looks at more periods than it needs', () => {
    expect(periodsLookedAt({ periods: 3 })).toBe(5);
  });
});
