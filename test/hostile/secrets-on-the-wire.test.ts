import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { IN_THE_HOLD, longDrill } from '../emulators/fast-drill.js';
import { missingMoto } from '../emulators/moto.js';
import { startWireWorld } from '../emulators/wire-world.js';

const missing = await missingMoto();
const KEY = 'AKIAMARKEDMARKED0002';
const SECRET = 'MARKEDsecretMARKEDsecretMARKEDsecret0002';
const TOKEN = 'MARKEDtokenMARKEDtoken0002';
const MARKS = [KEY, SECRET, TOKEN] as const;

const fromEnvironment = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: TOKEN };

describe.skipIf(missing)('credentials of a drill over the wire', () => {
  it.each(['the environment', 'a profile'])('from %s are in no file and in nothing that kong says', async (from) => {
    const world = await startWireWorld();
    onTestFinished(() => world.stop());
    const { home } = world;
    mkdirSync(path.join(home, '.aws'), { recursive: true });
    const keys = `aws_access_key_id=${KEY}\naws_secret_access_key=${SECRET}\naws_session_token=${TOKEN}\n`;
    writeFileSync(path.join(home, '.aws/credentials'), `[marked]\n${keys}`);
    const own = from === 'a profile' ? ['--profile', 'marked'] : [];
    const exits = [
      await world.kong(longDrill(world, ['-v', ...own]), {
        env: from === 'a profile' ? {} : fromEnvironment,
        signalAfter: { output: IN_THE_HOLD, signal: 'SIGINT' },
      }),
      await world.kong(['report', '--format', 'markdown']),
      await world.kong(['report', '--format', 'json']),
    ];
    expect(exits[0]?.code, exits[0]?.stderr).toBe(130);
    const kept = readdirSync(home, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.startsWith('.aws') && statSync(path.join(home, name)).isFile())
      .map((name) => readFileSync(path.join(home, name), 'utf8'));
    expect(kept.length).toBeGreaterThan(3);
    const all = [...kept, ...exits.flatMap(({ stdout, stderr }) => [stdout, stderr])];
    for (const text of all) for (const mark of MARKS) expect(text).not.toContain(mark);
  });
});
