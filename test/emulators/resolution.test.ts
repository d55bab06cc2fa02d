import { writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Checkup } from '../../src/model/checkup.js';
import type { Result } from '../../src/model/run.js';
import { openDnsServer } from '../support/dns-server.js';
import { recordAnswers } from '../support/weighted-answers.js';
import { longDrill } from './fast-drill.js';
import { missingMoto } from './moto.js';
import { clientConfig } from './snapshot.js';
import { startWireWorld, type WireWorld } from './wire-world.js';

const missing = await missingMoto();
const SHORT = ['method.2.hold=4s', 'steadyState.0.settle=30s', 'steadyState.1.settle=30s'].flatMap((one) => [
  '--set',
  one,
]);

async function newWorld(): Promise<WireWorld> {
  const world = await startWireWorld();
  onTestFinished(() => world.stop());
  return world;
}

function withResolver({ home }: WireWorld, resolver: string): void {
  writeFileSync(path.join(home, 'kong.yaml'), `version: 1\nresolver: ${resolver}\n`);
}

/** All records of an emulator, as they are at each call. */
function recordsOf({ endpoint }: WireWorld): () => Promise<readonly ResourceRecordSet[]> {
  const route53 = new Route53Client(clientConfig(endpoint, 'us-east-1'));
  onTestFinished(() => route53.destroy());
  return async () => {
    const { HostedZones = [] } = await route53.send(new ListHostedZonesCommand({}));
    const read = HostedZones.map(({ Id }) => route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: Id })));
    return (await Promise.all(read)).flatMap(({ ResourceRecordSets = [] }) => ResourceRecordSets);
  };
}

describe.skipIf(missing !== undefined)('a drill over the wire with a resolver', () => {
  it('sees by its answers that the traffic is gone, and that it is back', async () => {
    const world = await newWorld();
    const server = await openDnsServer(recordAnswers(recordsOf(world)));
    withResolver(world, `{ address: "${server.address}", samples: 5, timeout: 5s }`);
    const { stdout, stderr, code } = await world.kong(longDrill(world, SHORT));
    expect(code, stderr).toBe(0);
    const { resolution, outcome, findings } = JSON.parse(stdout) as Result;
    expect(outcome).toBe('held');
    expect(resolution).toMatchObject({ checked: true, resolver: server.address, region: 'us-east-1' });
    const names = resolution?.checked === true ? resolution.names : [];
    expect(names.map(({ name, moved, returned }) => [name, moved?.state, returned?.state])).toEqual([
      ['api.streaming.example', 'gone', 'back'],
      ['play.streaming.example', 'gone', 'back'],
    ]);
    expect(findings.filter(({ id }) => id.includes('resol'))).toEqual([]);
    expect(stderr).toMatch(/after the shift: 0 of 10 answers lead to us-east-1/);
  });

  it('is refused where that does not answer, unless somebody says why it may not', async () => {
    const world = await newWorld();
    const server = await openDnsServer(() => ({ kind: 'failure', code: 'NXDOMAIN' }));
    withResolver(world, server.address);
    const [, experiment = '', ...rest] = longDrill(world, SHORT);
    const refused = await world.kong(['drill', experiment, ...rest]);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('api.streaming.example CNAME: there is no such name (NXDOMAIN)');
    const override = ['--override', 'resolver', '--reason', 'the resolver is being moved'];
    const planned = await world.kong(['plan', experiment, ...rest, ...override]);
    expect(planned.code).toBe(0);
    const { stdout } = await world.kong(['doctor', experiment, ...rest]);
    const { checks } = JSON.parse(stdout) as Checkup;
    expect(checks.filter(({ name }) => name.startsWith('resolver'))).toMatchObject([
      { name: 'resolver api.streaming.example CNAME', status: 'failed' },
      { name: 'resolver play.streaming.example CNAME', status: 'failed' },
    ]);
    expect(checks.filter(({ name }) => name === 'gate resolver')).toEqual([]);
  });
});
