import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newHome } from './home.js';

const TOOLKIT = '{"title": "a", "method": [], "rollbacks": []}';
const FIS = '{"description": "a", "roleArn": "arn:x", "stopConditions": [], "actions": {}}';

describe('kong import', () => {
  it.each([
    ['fis', 'hello', 'a.json:1:1: a mapping is expected', 'write a template of AWS FIS, as `aws fis'],
    ['fis', '[1]', 'a.json:1:1: a mapping is expected', 'write a template of AWS FIS'],
    ['fis', '{"a": 1,,}', 'a.json:1:9: ', 'write a template of AWS FIS'],
    ['fis', '{"description": 5}', 'a.json:1:17: description has to be a text', 'write a template of AWS FIS'],
    ['fis', TOOLKIT, 'a.json:1:1: roleArn is missing', 'kong import chaostoolkit a.json'],
    ['fis', '{"experimentTemplates": []}', 'a.json:1:1: ', 'it is a list: '],
    ['chaostoolkit', FIS, 'a.json:1:1: title is missing', 'kong import fis a.json'],
    ['chaostoolkit', '{"blastRadius": {}}', 'a.json:1:1: title is missing', 'kong validate a.json'],
    ['chaostoolkit', '{"title": "a", "method": 5}', 'a.json:1:26: method has to be a list', 'as `chaos run` takes it'],
  ])('%s of %s says where it is wrong, and what to do', async (kind, text, where, fix) => {
    const { home, kong } = newHome();
    writeFileSync(path.join(home, 'a.json'), text);
    const { code, stdout, stderr } = await kong(['import', kind, 'a.json']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(where);
    expect(stderr.split('\n').findLast((line) => line.startsWith('fix: '))).toContain(fix);
  });

  const act = (actionId: string, target: string): object => ({ actionId, targets: { Instances: target } });
  const on = (app: string): object => ({
    resourceType: 'aws:ec2:instance',
    resourceTags: { app },
    selectionMode: 'COUNT(1)',
  });
  const two = JSON.stringify({
    ...JSON.parse(FIS),
    targets: { a: on('edge'), b: on('playback') },
    actions: {
      stop: act('aws:ec2:stop-instances', 'a'),
      boot: { ...act('aws:ec2:reboot-instances', 'b'), startAfter: ['stop'] },
    },
  });

  it('--only of an action that is not there names those that are', async () => {
    const { home, kong } = newHome();
    writeFileSync(path.join(home, 'a.json'), two);
    const { code, stderr } = await kong(['import', 'fis', 'a.json', '--only', 'bot']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('fix: there are stop, boot')]);
  });

  it('--only makes an action with another blast radius an experiment of its own', async () => {
    const { home, kong } = newHome();
    writeFileSync(path.join(home, 'a.json'), two);
    const whole = await kong(['import', 'fis', 'a.json']);
    expect(whole.stdout).toContain('app: edge');
    expect(whole.stderr).toContain('actions.boot: its target b is not a');
    const { stdout, stderr } = await kong(['import', 'fis', 'a.json', '--only', 'boot']);
    expect(stdout).toMatch(/name: a-boot[^]*app: playback[^]*fault: instance-reboot/);
    expect(stdout).not.toContain('instance-stop');
    expect(stderr).not.toContain('actions.');
  });
});
