import { describe, expect, it } from 'vitest';
import type { CredentialsLife } from '../../../src/inventory/read-credentials.js';
import type { Gate } from '../../../src/model/plan.js';
import { readExperiment } from '../../support/sim-drill.js';
import { FRIDAY_MS, gatesFor, withInstance } from './asked.js';

const gorilla = readExperiment('gorilla-us-east-1a');
const kong = readExperiment('kong-us-east-1');
const NO_RUNS = { heldBy: undefined, unfinished: undefined };

describe('runner', () => {
  const here = withInstance('us-east-1a', () => ({ id: 'i-0runner', address: '10.1.0.99' }));

  it.each([
    ['by its instance id', { instance: 'i-0runner', addresses: [] }],
    ['by its address', { instance: undefined, addresses: ['172.17.0.2', '10.1.0.99'] }],
  ])('refuses to cut off the machine that kong runs on, known %s', async (_, runner) => {
    const gate = (await gatesFor(gorilla, { inventory: here, circumstances: { runner } }))('runner');
    expect(gate).toMatchObject({ passed: false, code: 'REFUSED' });
    expect(gate.message).toBe('kong seems to run on us-east-1/i-0runner (10.1.0.99), which the drill would break');
  });

  it('passes where it runs elsewhere', async () => {
    const elsewhere = withInstance('us-east-1b', () => ({ id: 'i-0runner', address: '10.1.0.99' }));
    const circumstances = { runner: { instance: 'i-0runner', addresses: ['10.1.0.99'] } };
    expect((await gatesFor(gorilla, { inventory: elsewhere, circumstances }))('runner').passed).toBe(true);
  });
});

describe('state', () => {
  const keptIn = async (region: string | undefined, amazon = true): Promise<Gate> => {
    const kept = { kind: 'bucket', region } as const;
    const changed = { environment: { amazon }, circumstances: { state: { ...NO_RUNS, kept } } };
    return (await gatesFor(kong, changed))('state');
  };

  it('refuses where the bucket is in the region that goes dark, or nobody knows where it is', async () => {
    expect(await keptIn('us-east-1')).toMatchObject({
      passed: false,
      message: 'the state is kept in a bucket in us-east-1, and us-east-1 is to go dark',
    });
    expect((await keptIn(undefined)).message).toContain('whose region is not known');
    expect((await keptIn(undefined)).passed).toBe(false);
  });

  it('passes a bucket elsewhere, one of an emulator, and a folder', async () => {
    expect((await keptIn('us-west-2')).passed).toBe(true);
    expect((await keptIn(undefined, false)).passed).toBe(true);
    expect((await gatesFor(kong))('state').message).toBe('the state is kept in a folder of this machine');
  });
});

describe('credentials', () => {
  const lasting = async (life: Partial<CredentialsLife>): Promise<Gate> => {
    const value = { expiresAtMs: undefined, temporary: true, renewed: false, ...life };
    const circumstances = { wallMs: FRIDAY_MS, credentials: { known: true, value } } as const;
    return (await gatesFor(kong, { circumstances }))('credentials');
  };

  it('refuses those that end before the drill, its recovery and its rollback do', async () => {
    expect(await lasting({ expiresAtMs: FRIDAY_MS + 9 * 60_000 })).toMatchObject({
      passed: false,
      code: 'CREDENTIALS',
      message: 'the credentials last 9m more, and the drill may take 11m46s',
    });
    expect((await lasting({ expiresAtMs: FRIDAY_MS - 1 })).message).toContain('have expired');
  });

  it('refuses where they can not be had', async () => {
    const circumstances = { credentials: { known: false, why: 'no provider has any' } } as const;
    expect((await gatesFor(kong, { circumstances }))('credentials').passed).toBe(false);
  });

  it('passes those that outlast it, are renewed by themselves, or do not end', async () => {
    expect((await lasting({ expiresAtMs: FRIDAY_MS + 60 * 60_000 })).passed).toBe(true);
    expect((await lasting({ expiresAtMs: FRIDAY_MS + 60_000, renewed: true })).passed).toBe(true);
    expect((await lasting({ temporary: false })).message).toBe('the credentials do not expire');
  });

  it('passes a session that does not say when it ends, and says so', async () => {
    const gate = await lasting({});
    expect(gate.passed).toBe(true);
    expect(gate.message).toContain('make sure that it outlasts 11m46s');
  });
});

describe('rollback.within', () => {
  it('refuses where the worst case does not fit, and passes where it does', async () => {
    expect((await gatesFor({ ...gorilla, rollbackWithinMs: 1_000 }))('rollback.within')).toMatchObject({
      passed: false,
      code: 'ROLLBACK_TOO_SLOW',
    });
    expect((await gatesFor(gorilla))('rollback.within').passed).toBe(true);
  });
});
