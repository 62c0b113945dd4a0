/** The keys of a telephone in a call. */
import { describe, expect } from 'vitest';
import { skipped } from '../support/programs.ts';
import { it } from './harness/it.ts';
import type { Wishes } from './harness/it.ts';
import { mediaKit } from './harness/media.ts';
import { hearEachOther, hearNothing, talk } from './harness/talk.ts';

const page = 'modules.html' as const;

describe('digits', () => {
  it.for([
    ['Chromium', {}],
    ...(skipped.has('firefox') ? [] : ([['Firefox', { browser: 'firefox' }]] as const)),
  ] as const satisfies readonly (readonly [string, Wishes])[])(
    'sent from %s are heard as the tones of their keys, in order and once each',
    async ([, sender], { world }) => {
      const [anna, bo] = [await world.person('Anna', { page, ...sender }), await world.person('Bo', { page })];
      await talk(anna, bo);
      // Digits need no microphone; what is heard is theirs alone.
      await anna.page.mute(bo.address, true);
      await mediaKit(bo).listen(anna.address);
      // The second begins before the first is out, and waits.
      const sent = [mediaKit(anna).digits(bo.address, '1590', 400), mediaKit(anna).digits(bo.address, '*#ad', 400)];
      expect(await Promise.all(sent)).toEqual([undefined, undefined]);
      expect(await mediaKit(bo).untilHeard('1590*#AD')).toBe('1590*#AD');
      expect(await mediaKit(anna).digitsSent()).toBe('1590*#AD');
    },
  );

  it.skipIf(skipped.has('firefox'))('are heard in Firefox', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', { page }), await world.person('Bo', { browser: 'firefox' })];
    await talk(anna, bo);
    await anna.page.mute(bo.address, true);
    await hearNothing(bo);
    const sent = mediaKit(anna).digits(bo.address, '123456789', 300);
    await hearEachOther(bo);
    expect(await sent).toBeUndefined();
  });

  it('that no telephone has are refused, and none of them is sent', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', { page }), await world.person('Bo')];
    await talk(anna, bo);
    for (const wrong of ['', '12x', '1 2', 'é', '12\n'])
      expect(await mediaKit(anna).digits(bo.address, wrong)).toBe('digits_invalid');
    expect(await mediaKit(anna).digitsSent()).toBe('');
  });

  it('are refused before the call is taken, while it is held, and after its end', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', { page }), await world.person('Bo')];
    await anna.page.call(bo.address);
    expect(await mediaKit(anna).digits(bo.address, '1')).toBe('wrong_state');
    await bo.page.answer(anna.address);
    await anna.page.until(bo.address, 'active');
    await bo.page.until(anna.address, 'active');
    await bo.page.hold(anna.address);
    await anna.page.untilSeen(bo.address, { remote: { held: true } });
    expect(await mediaKit(anna).digits(bo.address, '1')).toBe('wrong_state');
    await bo.page.resume(anna.address);
    await anna.page.untilSeen(bo.address, { remote: { held: false } });
    expect(await mediaKit(anna).digits(bo.address, '1')).toBeUndefined();
    const sending = mediaKit(anna).digits(bo.address, '123456789', 1_000);
    await bo.page.hangUp(anna.address);
    expect(await sending).toBe('wrong_state');
  });

  it('are refused where the other side has not agreed to telephone events', async ({ world }) => {
    const [anna, bo] = [await world.person('Anna', { page }), await world.person('Bo', { page })];
    await mediaKit(bo).refuseTelephoneEvents();
    await talk(anna, bo);
    expect(await mediaKit(anna).digits(bo.address, '1')).toBe('digits_unsupported');
  });
});
