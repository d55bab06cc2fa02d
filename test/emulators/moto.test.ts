import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import {
  CreateNetworkAclCommand,
  DescribeNetworkAclsCommand,
  EC2Client,
  ReplaceNetworkAclAssociationCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { missingMoto, startMoto, type Moto } from './moto.js';
import { pythonWithMoto } from './python.js';
import { clientConfig, snapshot } from './snapshot.js';

const REGION = 'us-east-1';
const noMoto = await missingMoto();

describe('a machine without Python', () => {
  it('fails the tests in CI', async () => {
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('CI', 'true');
    await expect(missingMoto()).rejects.toThrow('apt-get install python3-venv');
  });

  it('skips them elsewhere, and says what is missing', async () => {
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('CI', '');
    expect(await missingMoto()).toMatch('apt-get install python3-venv');
  });
});

describe.skipIf(noMoto)('the emulator rig', () => {
  const started: Moto[] = [];

  afterEach(async () => {
    await Promise.all(started.splice(0).map((moto) => moto.stop()));
  });

  async function start(): Promise<Moto> {
    const moto = await startMoto();
    started.push(moto);
    return moto;
  }

  it('takes no connection once it is stopped', async () => {
    const moto = await start();
    expect(await answers(moto.endpoint)).toBe(true);
    await moto.stop();
    expect(await answers(moto.endpoint)).toBe(false);
  });

  it('ends when the process that started it is killed', async () => {
    const python = await pythonWithMoto();
    const script = path.join(import.meta.dirname, 'serve-moto.py');
    const starter = `require('child_process').spawn(${JSON.stringify(python)}, [${JSON.stringify(script)}],
      { stdio: ['pipe', 'inherit', 'ignore'] })`;
    const parent = spawn(process.execPath, ['-e', starter], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: parent.stdout });
    const endpoint = `http://127.0.0.1:${String(await once(lines, 'line'))}`;
    expect(await answers(endpoint)).toBe(true);
    parent.kill('SIGKILL');
    // it holds the other end of this pipe: closed means gone
    await once(parent, 'close');
    expect(await answers(endpoint)).toBe(false);
  });

  it('gives two that run side by side an account each', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    const before = await snapshot(other.endpoint, [REGION]);
    await swapFirstAcl(one.endpoint);
    expect(await snapshot(other.endpoint, [REGION])).toEqual(before);
  });

  it('shows an untouched account as equal to itself, with the subnets and the ACL that every account has', async () => {
    const { endpoint } = await start();
    const seen = await snapshot(endpoint, [REGION, 'us-west-2']);
    expect(seen.regions[REGION]).toMatchObject({ groups: [], instances: [], acls: [{ tags: {} }] });
    expect(seen.regions[REGION]?.subnets.map(({ acl }) => acl)).not.toContain(undefined);
    expect(Object.keys(seen.regions)).toEqual([REGION, 'us-west-2']);
    expect(await snapshot(endpoint, ['us-west-2', REGION])).toEqual(seen);
  });

  it('shows a subnet that moved to another ACL, and the same subnets once it is back', async () => {
    const { endpoint } = await start();
    const before = await snapshot(endpoint, [REGION]);
    const { undo } = await swapFirstAcl(endpoint);
    const during = await snapshot(endpoint, [REGION]);
    expect(during).not.toEqual(before);
    expect(during.regions[REGION]?.acls).toHaveLength(2);
    await undo();
    const after = await snapshot(endpoint, [REGION]);
    expect(after.regions[REGION]?.subnets).toEqual(before.regions[REGION]?.subnets);
  });
});

/** Puts a subnet behind a new ACL. `undo` puts it back and leaves the new ACL where it is. */
async function swapFirstAcl(endpoint: string): Promise<{ undo(): Promise<void> }> {
  const ec2 = new EC2Client(clientConfig(endpoint, REGION));
  const { NetworkAcls: [acl] = [] } = await ec2.send(new DescribeNetworkAclsCommand({}));
  const { NetworkAcl: made } = await ec2.send(new CreateNetworkAclCommand({ VpcId: acl?.VpcId }));
  const associate = (association: string | undefined, to: string | undefined): Promise<string | undefined> =>
    ec2
      .send(new ReplaceNetworkAclAssociationCommand({ AssociationId: association, NetworkAclId: to }))
      .then(({ NewAssociationId }) => NewAssociationId);
  const swapped = await associate(acl?.Associations?.[0]?.NetworkAclAssociationId, made?.NetworkAclId);
  return {
    undo: async () => {
      await associate(swapped, acl?.NetworkAclId);
      ec2.destroy();
    },
  };
}

async function answers(endpoint: string): Promise<boolean> {
  const socket = connect(Number(new URL(endpoint).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
