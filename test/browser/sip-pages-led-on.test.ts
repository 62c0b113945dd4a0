/** Pages made with JsSIP and SIP.js that are led on by whom they talk with, with the sound of both ways looked at. */
import { beforeAll, describe, expect } from 'vitest';
import { skipped } from '../support/programs.ts';
import { it } from './harness/it.ts';
import type { World } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import type { Remote } from './harness/remote.ts';
import { openSipPage, scriptOf } from './harness/sip-page.ts';
import { berlin, kit, ofBrowser, ofPhone, telephony } from './harness/telephony.ts';
import type { Telephony } from './harness/telephony.ts';
import type { MeetingKit } from './page/meeting-kit.ts';
import type { SipPage } from './page/sip-pages.ts';

const [ofPage, ofOther] = [620, 1_500];
const inMeeting = (person: Person): Remote<MeetingKit> => person.page as Remote<MeetingKit>;
type Library = 'jssip' | 'sipjs';

let script = '';
beforeAll(async () => {
  script = await scriptOf('sip-pages.ts');
}, 120_000);

interface Scene extends Telephony {
  readonly anna: Person;
  /** Whose phone the page is. */
  readonly bo: Person;
  readonly page: Remote<SipPage>;
  readonly pageOf: (person: Person, library: Library, hertz: number) => Promise<Remote<SipPage>>;
}

async function scene(world: World, library: Library): Promise<Scene> {
  const all = await telephony(world);
  const { api, server } = all;
  const pageOf = async (person: Person, by: Library, hertz: number): Promise<Remote<SipPage>> => {
    const { phone, password } = await api.addPhone(person.address, 'Page');
    const page = await openSipPage(server.url, by, script);
    const url = new URL('sip', server.url.replace(/^http/, 'ws')).href;
    await page.register({ url, host: '127.0.0.1', login: phone.login, password, hertz });
    return page;
  };
  const [anna, bo] = [await all.person('Anna'), await world.person('Bo', { server })];
  return { ...all, anna, bo, page: await pageOf(bo, library, ofPage), pageOf };
}

async function hear(person: Person, bo: Person, page: Remote<SipPage>): Promise<void> {
  await person.page.until(bo.address, 'active');
  await kit(person).untilTone(bo.address, ofPage);
  await page.untilTone(ofBrowser);
}

/** A browser calls the page. */
async function talk({ anna, bo, page }: Scene): Promise<void> {
  await anna.page.call(bo.address, { own: true });
  await hear(anna, bo, page);
}

describe.for(['jssip', 'sipjs'] as const)('a page made with %s is led on', (library) => {
  it('to somebody, without a word, and by them to the next after one', { timeout: 240_000 }, async ({ world }) => {
    const all = await scene(world, library);
    const { anna, bo, page, person } = all;
    const [carla, dora] = [await person('Carla'), await person('Dora')];
    await talk(all);
    expect(await anna.page.transferTo(bo.address, carla.address)).toBeUndefined();
    expect(await anna.page.until(bo.address, 'ended')).toMatchObject({ cause: 'transferred' });
    await carla.page.untilSeen(bo.address, { state: 'incoming', by: anna.address });
    await carla.page.answer(bo.address, { own: true });
    await hear(carla, bo, page);
    await carla.page.hold(bo.address);
    await carla.page.resume(bo.address);
    await hear(carla, bo, page);

    await carla.page.consult(bo.address, dora.address, { own: true });
    await dora.page.answer(carla.address, { own: true });
    await dora.page.until(carla.address, 'active');
    expect(await carla.page.complete()).toBeUndefined();
    await hear(dora, bo, page);
    await page.hold(true);
    await dora.page.untilSeen(bo.address, { remote: { held: true } });
    await page.hold(false);
    await dora.page.untilSeen(bo.address, { remote: { held: false } });
    await hear(dora, bo, page);
    await dora.page.hangUp(bo.address);
    await page.untilEnded();
  });

  it('after a word, having called', { timeout: 240_000 }, async ({ world }) => {
    const { anna, bo, page, person } = await scene(world, library);
    const carla = await person('Carla');
    await page.call(anna.address);
    await anna.page.answer(bo.address, { own: true });
    await hear(anna, bo, page);
    await anna.page.consult(bo.address, carla.address, { own: true });
    await carla.page.answer(anna.address, { own: true });
    await carla.page.until(anna.address, 'active');
    expect(await anna.page.complete()).toBeUndefined();
    await hear(carla, bo, page);
    await page.hangUp();
    expect(await carla.page.until(bo.address, 'ended')).toMatchObject({ cause: 'hangup' });
  });

  it('to another page', { timeout: 240_000 }, async ({ world }) => {
    const all = await scene(world, library);
    const { anna, bo, page, pageOf, server } = all;
    const carla = await world.person('Carla', { server });
    const other = await pageOf(carla, library === 'jssip' ? 'sipjs' : 'jssip', ofOther);
    await talk(all);
    expect(await anna.page.transferTo(bo.address, carla.address)).toBeUndefined();
    await page.untilTone(ofOther);
    await other.untilTone(ofPage);
    await page.hangUp();
    await other.untilEnded();
  });

  it('into a meeting, in which all hear one another', { timeout: 240_000 }, async ({ world }) => {
    const { bo, page, server } = await scene(world, library);
    const [dora, emil] = [
      await world.person('Dora', { server, page: 'sessions.html' }),
      await world.person('Emil', { server, page: 'sessions.html' }),
    ];
    await dora.page.call(bo.address, { own: true });
    await dora.page.until(bo.address, 'active');
    await page.untilTone(ofBrowser);
    const meeting = await inMeeting(dora).createMeeting();
    expect(await inMeeting(dora).enter(meeting)).toBeUndefined();
    await inMeeting(dora).untilNews('session');
    expect(await inMeeting(dora).moveCall(bo.address)).toBeUndefined();
    expect(await dora.page.until(bo.address, 'ended')).toMatchObject({ cause: 'transferred' });
    await inMeeting(dora).untilArrives([bo.address], 'sound');
    await inMeeting(dora).untilTone(bo.address, ofPage);
    await page.untilTone(ofBrowser);
    expect(await inMeeting(emil).enter(meeting)).toBeUndefined();
    await inMeeting(emil).untilNews('session');
    await inMeeting(emil).untilArrives([bo.address, dora.address], 'sound');
    await inMeeting(emil).untilTone(bo.address, ofPage);
  });

  it.skipIf(skipped.has('baresip'))('to a desk phone', { timeout: 240_000 }, async ({ world }) => {
    const all = await scene(world, library);
    const { anna, bo, page, baresip, server } = all;
    const carla = await world.person('Carla', { server });
    const desk = await baresip(carla.address);
    await talk(all);
    expect(await anna.page.transferTo(bo.address, carla.address)).toBeUndefined();
    await page.untilTone(ofPhone);
    await expect.poll(() => desk.heardTone(ofPage)).toBeGreaterThan(1);
    await page.hangUp();
    await expect.poll(() => desk.said).toMatch(/session closed|terminated/i);
  });

  it.skipIf(skipped.has('baresip'))('to a telephone number', { timeout: 240_000 }, async ({ world }) => {
    const all = await scene(world, library);
    const { anna, bo, page, outside, api } = all;
    const telephone = await outside();
    await talk(all);
    expect(await anna.page.transferTo(bo.address, { address: berlin, name: '+49 30 123456' })).toBeUndefined();
    await page.untilTone(ofPhone);
    await expect.poll(() => telephone.heardTone(ofPage)).toBeGreaterThan(1);
    await page.hangUp();
    await expect.poll(() => telephone.said).toMatch(/session closed|terminated/i);
    await expect.poll(() => api.listLiveCalls()).toEqual([]);
  });
});
