import type { Phone } from '@offhook/client';
import type { Devices, Trial } from '@offhook/client/devices';
import { beforeEach, expect, it, vi } from 'vitest';
import { MediaControl } from './media.ts';

const opened: { readonly trial: Trial; isOpen: boolean }[] = [];
let asked: { readonly allow: () => void; readonly refuse: () => void }[] = [];

/** The browser asks the person, who takes their time. */
function ask(): Promise<Trial> {
  return new Promise((resolve, reject) => {
    const allow = (): void => {
      const one = { trial: { stream: {} as MediaStream, close: () => void (one.isOpen = false) }, isOpen: true };
      opened.push(one);
      resolve(one.trial);
    };
    asked.push({ allow, refuse: () => reject(new Error('refused')) });
  });
}

vi.mock('@offhook/client/devices', () => ({
  devicesOf: () =>
    ({
      on: () => () => undefined,
      list: () => [],
      chosen: () => undefined,
      current: () => undefined,
      processing: {},
      try: ask,
    }) as unknown as Devices,
}));

const notices: unknown[] = [];
let media: MediaControl;

beforeEach(() => {
  opened.length = 0;
  notices.length = 0;
  asked = [];
  const phone = { on: () => () => undefined, calls: [] } as unknown as Phone;
  media = new MediaControl(
    phone,
    () => undefined,
    (notice) => void notices.push(notice),
  );
});

const live = (): number => opened.filter(({ isOpen }) => isOpen).length;
const untilAsked = (times: number): Promise<void> => vi.waitFor(() => expect(asked).toHaveLength(times), { timeout: 20_000 });

it('closes a device that opens after the trial of it was over', async () => {
  const trying = media.try('microphone', true);
  await untilAsked(1);
  await media.try('microphone', false);
  asked[0]?.allow();
  await trying;
  expect([opened.length, live(), media.state.media?.trials.microphone]).toEqual([1, 0, undefined]);
});

it('closes a device that opens after everything was closed', async () => {
  const trying = [media.try('microphone', true), media.try('camera', true)];
  await untilAsked(2);
  media.close();
  for (const { allow } of asked) allow();
  await Promise.all(trying);
  expect([opened.length, live()]).toEqual([2, 0]);
});

it('opens nothing where the trial was over before anything was asked', async () => {
  const trying = media.try('camera', true);
  await media.try('camera', false);
  await trying;
  expect([asked.length, live()]).toEqual([0, 0]);
});

it('keeps the one that was tried last, whichever opens first', async () => {
  const first = media.try('microphone', true);
  await untilAsked(1);
  await media.try('microphone', false);
  const second = media.try('microphone', true);
  await untilAsked(2);
  asked[1]?.allow();
  await second;
  asked[0]?.allow();
  await first;
  expect(live()).toBe(1);
  expect(media.state.media?.trials.microphone).toBe(opened[0]?.trial.stream);
});

it('asks once for a device that is being opened', async () => {
  const both = [media.try('microphone', true), media.try('microphone', true)];
  await untilAsked(1);
  asked[0]?.allow();
  await Promise.all(both);
  expect([asked.length, live()]).toEqual([1, 1]);
});

it('says nothing of a refusal to whoever has left', async () => {
  const trying = media.try('camera', true);
  await untilAsked(1);
  await media.try('camera', false);
  asked[0]?.refuse();
  await trying;
  expect([notices, media.state.media?.problem]).toEqual([[], undefined]);
});
