import { describe, expect, it } from 'vitest';
import { quantityText } from '../../src/model/quantity.js';
import { summaryLine, type SummaryParts } from '../../src/model/summary.js';
import type { StopReason } from '../../src/model/run.js';
import { sampleExperiment } from '../report/samples.js';

const BREACH: StopReason = {
  kind: 'breach',
  sli: 'stream-starts',
  series: 'us-west-2',
  value: 96.1,
  breach: '< 97%',
  at: '2025-06-01T14:03:20.000Z',
};
const DETAILS = sampleExperiment({ method: [{ kind: 'fault', fault: 'region-dark', params: {} }] });

function line(over: Partial<SummaryParts>): string {
  return summaryLine({
    outcome: 'held',
    experiment: 'chaos-kong',
    run: 'r1',
    stop: { kind: 'completed' },
    remaining: 0,
    conflicts: 0,
    refusal: null,
    rto: { targetSeconds: 180, achievedSeconds: 148, met: true },
    off: [],
    ...over,
  });
}

describe('summaryLine', () => {
  it('puts what is still changed before any outcome, with the command', () => {
    expect(line({ remaining: 3, outcome: 'aborted', stop: BREACH })).toBe(
      'STILL CHANGED  3 attributes of chaos-kong: stream-starts 96.1 % < 97 % in us-west-2 at 14:03:20; ' +
        'to finish: kong rollback r1',
    );
  });

  it('never says that everything is restored while something is not', () => {
    const stop: StopReason = { kind: 'interrupted', signal: 'SIGINT' };
    expect(line({ remaining: 1, outcome: 'interrupted', stop })).not.toContain('restored');
    expect(line({ conflicts: 1, outcome: 'interrupted', stop })).toBe(
      'INTERRUPTED  chaos-kong: stopped by SIGINT; left alone: 1 attribute changed by someone else',
    );
  });

  it('says which threshold fired, where and when', () => {
    expect(line({ outcome: 'aborted', stop: BREACH, details: DETAILS })).toBe(
      'ABORTED  chaos-kong: stream-starts 96.1 % < 97 % for 3 of 5 in us-west-2 at 14:03:20; everything is restored',
    );
  });

  it('says that there was no data, instead of a number', () => {
    const stop = { ...BREACH, value: null, breach: 'no datapoint for 60s' };
    expect(line({ outcome: 'aborted', stop })).toContain(
      'stream-starts: no datapoint for 60s in us-west-2 at 14:03:20',
    );
  });

  it('does not call the global series a place', () => {
    expect(line({ outcome: 'aborted', stop: { ...BREACH, series: 'global' } })).toContain('< 97 % at 14:03:20');
  });

  it('says why a drill was refused', () => {
    const stop: StopReason = { kind: 'error', code: 'REFUSED', message: 'gate x: no' };
    expect(line({ outcome: 'refused', stop, refusal: 'gate x: no' })).toBe(
      'REFUSED  chaos-kong: gate x: no; nothing was changed',
    );
  });

  it('says what could not be measured', () => {
    expect(line({ outcome: 'inconclusive', stop: { kind: 'unmeasurable', sli: '', message: 'throttled' } })).toBe(
      'INCONCLUSIVE  chaos-kong: the SLIs could not be measured: throttled; everything is restored',
    );
  });

  it('says that the recovery time is not known, or longer than it may be', () => {
    const rto = { targetSeconds: 180, achievedSeconds: null };
    expect(line({ rto: { ...rto, met: null } })).toContain('held (RTO not known, the objective is 3m)');
    expect(line({ rto: { ...rto, met: false } })).toContain('held (not recovered within the RTO of 3m)');
    expect(line({ rto: { ...rto, targetSeconds: null, met: null } })).not.toContain('RTO');
  });

  it('names what did not hold, and how many more', () => {
    const rto = { targetSeconds: 180, achievedSeconds: 200, met: false };
    expect(line({ outcome: 'deviated', off: ['a >= 99%', 'b < 1%'], rto })).toBe(
      'DEVIATED  chaos-kong: a >= 99% did not hold, nor did 1 other expectation ' +
        '(recovered in 3m20s, the objective is 3m)',
    );
  });

  it('says what failed', () => {
    expect(line({ outcome: 'failed', stop: { kind: 'error', code: 'NETWORK', message: 'no answer' } })).toBe(
      'FAILED  chaos-kong: no answer (NETWORK); everything is restored',
    );
  });

  it('says how long recovery took', () => {
    expect(line({ details: DETAILS })).toBe(
      'HELD  chaos-kong: the steady state held while us-east-1 was dark (recovered in 2m28s of 3m)',
    );
    expect(line({ rto: { targetSeconds: null, achievedSeconds: 148, met: null } })).toContain('(recovered in 2m28s)');
    expect(line({ rto: { targetSeconds: 180, achievedSeconds: 0, met: true } })).toContain('(it was never off)');
  });
});

describe('quantityText', () => {
  it.each([
    [null, 'percent', 'no data'],
    [99.5, 'percent', '99.5 %'],
    [99.9951, 'percent', '99.995 %'],
    [0.0234, 'percent', '0.023 %'],
    [280, 'milliseconds', '280 ms'],
    [12_345.678, 'count', '12346'],
    [0, 'seconds', '0 s'],
    [-1.005, 'widgets', '-1 widgets'],
    [Infinity, '', 'Infinity'],
  ])('writes %j in %s as %s', (value, unit, text) => {
    expect(quantityText(value, unit)).toBe(text);
  });
});
