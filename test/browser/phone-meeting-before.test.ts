/** Before one is in a meeting: how one looks, how one sounds, and whether the connection bears it. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { button, phones, says } from './harness/phones.ts';
import { freePort } from './harness/ports.ts';
import { begin, enter, moves } from './harness/rooms.ts';

const { person, names } = phones({ settings: async () => ({ mediaPort: await freePort(), mediaWorkers: 1 }) });

declare global {
  /** How loud the microphone of a page hears a tone; 0: it is plugged in, and all is quiet. */
  var sound: ((gain: number) => void) | undefined;
}

/** A microphone that hears what the test says, and the camera that the browser makes up. */
function plugInMicrophone(): void {
  const { mediaDevices } = navigator as Partial<Navigator>;
  if (mediaDevices === undefined) return;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async ({ audio, video } = {}) => {
    const pictures = video ? (await open({ video })).getVideoTracks() : [];
    if (!audio) return new MediaStream(pictures);
    const context = new AudioContext();
    const gain = new GainNode(context, { gain: 0 });
    const heard = new MediaStreamAudioDestinationNode(context);
    const tone = new OscillatorNode(context, { frequency: 440 });
    tone.connect(gain).connect(heard);
    tone.start();
    globalThis.sound = (to) => {
      gain.gain.value = to;
    };
    return new MediaStream([...heard.stream.getAudioTracks(), ...pictures]);
  };
}

async function lookIn(page: Page): Promise<void> {
  await button(page, 'Meetings').click();
  await button(page, 'New meeting').click();
}

/** The most that the meter has shown over so many looks from now on; the page draws each. */
function loudest(page: Page, looks: number): Promise<number> {
  return page
    .locator('offhook-meeting-before')
    .getByRole('meter')
    .evaluate(
      (meter, count) =>
        new Promise<number>((resolve) => {
          const shown: number[] = [];
          const watch = new MutationObserver((changes) => {
            for (const { attributeName } of changes)
              if (attributeName === 'aria-valuenow') shown.push(Number(meter.getAttribute('aria-valuenow')));
            if (shown.length < count) return;
            watch.disconnect();
            resolve(Math.max(...shown));
          });
          watch.observe(meter, { attributes: true });
        }),
      looks,
    );
}

it('shows oneself as the camera sees one, until it is turned off, and again', async () => {
  const { Anna } = names('Anna');
  const anna = await person(Anna);
  await lookIn(anna);
  const preview = anna.locator('offhook-meeting-before offhook-picture video');
  await moves(preview);
  // It is a picture, not one colour.
  const colours = await preview.evaluate((video: HTMLVideoElement) => {
    const context = new OffscreenCanvas(32, 32).getContext('2d');
    context?.drawImage(video, 0, 0, 32, 32);
    const pixels = new Uint32Array(context?.getImageData(0, 0, 32, 32).data.buffer ?? new ArrayBuffer(0));
    return new Set(pixels).size;
  });
  expect(colours).toBeGreaterThan(10);
  await button(anna, 'Turn your camera off').click();
  await says(anna, 'Your camera is off');
  await preview.waitFor({ state: 'detached' });
  await button(anna, 'Turn your camera on').click();
  await moves(preview);
  await enter(anna);
}, 120_000);

it('moves a meter with what the microphone hears, and not when all is quiet or it is off', async () => {
  const { Anna } = names('Anna');
  const anna = await person(Anna, plugInMicrophone);
  await lookIn(anna);
  const sound = (gain: number): Promise<void> => anna.evaluate((to) => globalThis.sound?.(to), gain);
  await expect.poll(() => loudest(anna, 10), { timeout: 20_000 }).toBe(0);
  expect(await loudest(anna, 60)).toBe(0);
  await sound(0.5);
  await expect.poll(() => loudest(anna, 10), { timeout: 20_000 }).toBeGreaterThan(50);
  await sound(0.02);
  await expect.poll(() => loudest(anna, 10), { timeout: 20_000 }).toBeLessThan(60);
  expect(await loudest(anna, 10)).toBeGreaterThan(10);
  await button(anna, 'Turn your microphone off').click();
  await expect.poll(() => loudest(anna, 10), { timeout: 20_000 }).toBe(0);
}, 120_000);

it('says how good the connection is, by a call of its own', async () => {
  const { Anna } = names('Anna');
  const anna = await person(Anna);
  await lookIn(anna);
  const told = anna.locator('offhook-meeting-before').getByRole('status');
  await expect.poll(() => told.innerText(), { timeout: 60_000 }).toMatch(/^Your connection is (good|slow|poor)/);
  expect(await told.innerText()).toMatch(/\d+ ms there and back, .*lost/);
}, 120_000);

/** As behind a firewall: no address of the other side is ever heard of. */
function hideBehindFirewall(): void {
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    override addIceCandidate(): Promise<void> {
      return Promise.resolve();
    }

    override setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
      return super.setRemoteDescription({ type, sdp: sdp.replaceAll(/^a=candidate:.*\r\n/gm, '') });
    }
  };
}

it('says that sound does not get through, and that the server cannot be reached', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const anna = await person(Anna, hideBehindFirewall);
  await lookIn(anna);
  const bo = await person(Bo);
  await bo.route('**/*', (route) => (route.request().method() === 'HEAD' ? route.abort() : route.continue()));
  await lookIn(bo);
  await says(bo, 'The server cannot be reached at the moment');
  const told = anna.locator('offhook-meeting-before').getByRole('status');
  await expect.poll(() => told.innerText(), { timeout: 60_000 }).toMatch(/^Sound does not get through from here/);
}, 120_000);

it('does not come where the person goes elsewhere while that is on its way', async () => {
  const { Anna, Bo } = names('Anna', 'Bo');
  const [anna, bo] = [await person(Anna), await person(Bo)];
  const link = await begin(anna);
  await bo.goto(link);
  const elsewhere = await button(bo, 'Meetings').elementHandle();
  // Both within the same moment: before the server has answered.
  await button(bo, 'Join now').evaluate((join: HTMLElement, away) => {
    join.click();
    (away as HTMLElement).click();
  }, elsewhere);
  await button(bo, 'New meeting').waitFor();
  await button(anna, /^Who is here/).click();
  const people = anna.locator('offhook-meeting-people');
  await people.getByText(Anna).waitFor();
  // She comes and goes, or does not come: whoever comes next is the only one beside Anna.
  const cem = await person(names('Cem').Cem);
  await cem.goto(link);
  await enter(cem);
  await people.getByText('Cem').waitFor();
  await expect.poll(() => people.getByText(Bo).count()).toBe(0);
  await bo.reload();
  await button(bo, 'New meeting').waitFor();
  expect(await bo.locator('offhook-meeting-room, offhook-meeting-bar').count()).toBe(0);
});
