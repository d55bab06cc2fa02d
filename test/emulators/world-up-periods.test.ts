import { describe, expect, it, onTestFinished } from 'vitest';
import { missingMoto } from './moto.js';
import { publishedSince } from './published.js';
import { A_PERIOD, emulator, says, up } from './running-world.js';
import { startSlowProxy } from './slow-proxy.js';

const missing = await missingMoto();
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];

describe.skipIf(missing !== undefined)('the periods of a world in an emulator', () => {
  it('publishes every metric of every region in each of six periods, with 54 instances', async () => {
    const endpoint = await emulator();
    const running = up(endpoint, 5);
    const before = await says(running, /the world is up/);
    expect(before).toContain('us-east-1 18/18 serving · us-west-2 18/18 serving · eu-west-1 18/18 serving');
    const beganMs = Date.now();
    // one more than is looked at: the last may be under way
    const said = await says(running, A_PERIOD, 8);
    expect(said).not.toContain('behind');
    for (const region of REGIONS) {
      const published = await publishedSince(endpoint, region, beganMs - (beganMs % 5_000));
      expect(published.length).toBeGreaterThan(20);
      const [first] = published;
      const whole = (first?.at ?? []).slice(0, 6);
      expect(whole.map((atMs) => (atMs - (whole[0] ?? 0)) / 5_000)).toEqual([0, 1, 2, 3, 4, 5]);
      for (const { metric, at } of published) expect(at.slice(0, 6), metric).toEqual(whole);
    }
  });

  it('leaves out whole periods and says so when answers are late, and calls nothing twice at once', async () => {
    const endpoint = await emulator();
    const proxy = await startSlowProxy(endpoint);
    onTestFinished(() => proxy.stop());
    const running = up(proxy.endpoint, 1);
    await says(running, A_PERIOD, 2);
    proxy.delay(5_000);
    const said = await says(running, /whole periods? (was|were) left out/, 2);
    expect(said).toMatch(/behind: the emulator can't keep a period of 1s: .*[1-9] whole periods? (was|were) left out/);
    // one round of reads and one of metrics: what two regions more would add, not what a minute more would
    expect(proxy.mostAtOnce()).toBeLessThan(30);
    proxy.delay(0);
    await says(running, A_PERIOD, 5);
    for (const region of REGIONS) {
      const published = await publishedSince(endpoint, region, Date.now() - 90_000);
      const [first] = published;
      const at = (first?.at ?? []).slice(0, -3);
      for (const one of published) expect(one.at.slice(0, at.length), one.metric).toEqual(at);
      const spanSeconds = ((at.at(-1) ?? 0) - (at[0] ?? 0)) / 1_000;
      expect(at.length).toBeLessThan(spanSeconds);
    }
  });
});
