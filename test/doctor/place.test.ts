import { describe, expect, it } from 'vitest';
import { serverTimeOf } from '../../src/doctor/identity.js';
import { allowedChecks, clockCheck, credentialsCheck, endpointCheck, variablesCheck } from '../../src/doctor/place.js';
import type { Environment } from '../../src/plan/environment.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const AMAZON: Environment = {
  on: 'aws',
  where: 'AMAZON',
  endpoint: undefined,
  account: '123456789012',
  amazon: true,
  allowed: { accounts: ['123456789012'], regions: ['us-east-1'] },
  optIn: { key: 'kong:opt-in', value: 'true' },
};
const LOOPBACK: Environment = { ...AMAZON, endpoint: 'http://127.0.0.1:5000', amazon: false };

const answered = { host: 'sts.us-east-1.amazonaws.com', serverMs: NOW, askedMs: NOW, answeredMs: NOW };
const identity = { account: '123456789012', arn: 'arn:aws:iam::123456789012:user/ci', answer: answered };

describe('the check of the clock', () => {
  /** The Date of an answer is cut to seconds. */
  const statusAt = (offMs: number): string =>
    clockCheck({ ...answered, askedMs: NOW + 500 + offMs, answeredMs: NOW + 500 + offMs }, { on: 'aws' }).status;

  it('fails on minutes, either way, long before AWS refuses what is signed', () => {
    expect(statusAt(150_000)).toBe('failed');
    expect(statusAt(-150_000)).toBe('failed');
  });

  it('warns of a few seconds, by which datapoints seem to be late', () => {
    expect(clockCheck({ ...answered, askedMs: NOW + 30_000, answeredMs: NOW + 30_000 }, { on: 'aws' })).toMatchObject({
      status: 'warning',
      message: "30s ahead of the endpoint's",
    });
    expect(statusAt(-20_000)).toBe('warning');
  });

  it('takes what a Date without fractions and a slow answer hide for well', () => {
    for (const offMs of [-4_000, -500, 0, 500, 4_000]) expect(statusAt(offMs)).toBe('ok');
  });

  it('does not know where the answer has no Date', () => {
    expect(clockCheck({ ...answered, serverMs: undefined }, { on: 'aws' }).status).toBe('unknown');
  });

  it('finds the Date in an error that AWS answered with', () => {
    const cause = Object.assign(new Error('Signature expired'), {
      $response: { headers: { date: 'Sun, 01 Mar 2026 12:00:00 GMT' } },
    });
    expect(serverTimeOf(new Error('refused', { cause }))).toBe(NOW);
    expect(serverTimeOf(new Error('refused'))).toBeUndefined();
  });
});

describe('the check of the credentials', () => {
  const written = { expiresAtMs: undefined, temporary: false, renewed: false };

  it('warns of a session that ends within the hour, and of one that does not say when', () => {
    const soon = { expiresAtMs: NOW + 600_000, temporary: true, renewed: false };
    expect(credentialsCheck(identity, soon, NOW)).toMatchObject({ status: 'warning' });
    expect(credentialsCheck(identity, soon, NOW).message).toContain('10m left');
    expect(credentialsCheck(identity, { ...written, temporary: true }, NOW).status).toBe('warning');
  });

  it('says who they are of', () => {
    expect(credentialsCheck(identity, written, NOW)).toMatchObject({ status: 'ok' });
    expect(credentialsCheck(identity, { ...written, renewed: true }, NOW).message).toContain(identity.arn);
  });
});

describe('the check of the endpoint', () => {
  it('warns of one that is neither Amazon nor on this machine', () => {
    const other = { ...answered, host: 'localstack.internal' };
    expect(endpointCheck(other, { ...AMAZON, endpoint: 'https://localstack.internal' })).toMatchObject({
      status: 'warning',
    });
    // its name only begins as Amazon's do
    expect(endpointCheck({ ...answered, host: 'ec2.amazonaws.com.example.org' }, AMAZON).status).toBe('warning');
  });

  it('tells Amazon and this machine apart', () => {
    expect(endpointCheck(answered, AMAZON).message).toMatch(/^Amazon, sts\.us-east-1/);
    expect(endpointCheck({ ...answered, host: '127.0.0.1' }, LOOPBACK).message).toContain('on this machine');
  });

  it('warns of variables that send one service elsewhere, that of the state aside', () => {
    expect(variablesCheck({ AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_S3: 'http://b' })).toEqual([]);
    expect(variablesCheck({ AWS_ENDPOINT_URL_EC2: 'http://a' })).toMatchObject([{ status: 'warning' }]);
  });
});

describe('the check of what kong.yaml allows', () => {
  const statuses = (environment: Environment, regions: readonly string[]): readonly string[] =>
    allowedChecks(environment, regions).map(({ name, status }) => `${name} ${status}`);

  it('fails on Amazon for an account or a region that is not named', () => {
    expect(statuses({ ...AMAZON, account: '999999999999' }, ['us-east-1'])).toEqual(['account failed', 'region ok']);
    expect(statuses(AMAZON, ['us-west-2'])).toEqual(['account ok', 'region failed']);
    expect(statuses(AMAZON, [])).toEqual(['account ok', 'region failed']);
  });

  it('asks for neither where nothing is real', () => {
    expect(statuses({ ...LOOPBACK, allowed: { accounts: [], regions: [] } }, ['us-west-2'])).toEqual(['account ok']);
  });
});
