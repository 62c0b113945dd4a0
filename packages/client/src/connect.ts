import type { Milliseconds, Person } from '@offhook/core';
import { browserPlatform } from './browser.ts';
import type { ConnectionOptions } from './connection.ts';
import { OffhookError } from './errors.ts';
import { claimName, forgetIdentity, formerIdentities, identityFor, useIdentity } from './open.ts';
import type { Identity } from './open.ts';
import { Phone } from './phone.ts';
import type { Platform } from './platform.ts';
import { serverUrl } from './rest.ts';
import { Tab } from './tab.ts';

const deviceKey = 'offhook device';

/** How to connect: everything but who signs in. */
export interface PhoneSettings {
  /** The server, e.g. `https://calls.example.com`. Default: where the page comes from. */
  readonly url?: string | undefined;
  /** What to ask of the microphone. Default: what the browser thinks best for speech. */
  readonly audio?: MediaTrackConstraints | undefined;
  /** What to ask of the camera. Default: 1280 × 720. */
  readonly video?: MediaTrackConstraints | undefined;
  /** For peer connections, e.g. `{ iceTransportPolicy: 'relay' }`. ICE servers in it are used beside those of the server. */
  readonly rtc?: RTCConfiguration | undefined;
  /**
   * The name under which this tab keeps its connection over a reload, so that calls survive it. Give different ones to several
   * phones of one page; `false`: keep nothing. Default: `offhook`.
   */
  readonly session?: string | false | undefined;
  /** Milliseconds to wait for the server before `connect` gives up with `unreachable`. Default: 15,000. */
  readonly timeout?: Milliseconds | undefined;
}

/**
 * With a token that your server has made for this person, or that of a device (`Identity`). As a function it is asked at each sign-in,
 * also after a lost connection, and before the token expires.
 */
export interface ConnectWithToken extends PhoneSettings {
  readonly token: string | (() => string | Promise<string>);
}

/**
 * Open mode, for trying things out: with a name. It belongs to the browser that took it first; without one, the person who last
 * used this tab signs in.
 */
export interface ConnectWithName extends PhoneSettings {
  readonly name?: string | undefined;
  readonly token?: undefined;
}

/** How to connect. */
export type ConnectOptions = ConnectWithToken | ConnectWithName;

/**
 * Signs in and resolves with the phone once the server has answered. Nothing is asked of the person. Rejects with an
 * `OffhookError`, e.g. `unauthorized`, `unreachable`, `name_taken`. `platform` is for tests.
 */
export async function connect(options: ConnectOptions, platform: Platform = browserPlatform): Promise<Phone> {
  const url = serverUrl(options.url ?? platform.origin);
  if (options.token !== undefined) return open(url, options.token, options, platform, deviceOf(platform));
  const first = await identityFor(url, options.name, platform);
  // What this browser has kept may be of other data that was served from here before, and will be again: it is not thrown away.
  let refusal: unknown;
  for (const identity of [first, ...formerIdentities(first, platform)]) {
    try {
      return await openAs(identity, options, platform);
    } catch (error) {
      if (codeOf(error) !== 'unauthorized') throw error;
      refusal = error;
    }
  }
  // The server knows nothing of them; the name may still be free. Where names are not to be had, it stays with the refusal.
  const again = claimName(url, options.name ?? first.user.name, platform).catch((error: unknown) => {
    throw codeOf(error) === 'not_found' ? refusal : error;
  });
  return openAs(await again, options, platform);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof OffhookError ? error.code : undefined;
}

async function openAs(identity: Identity, options: PhoneSettings, platform: Platform): Promise<Phone> {
  const phone = await open(identity.url, identity.token, options, platform);
  const remember = (user: Person): void => useIdentity({ ...identity, user }, platform);
  remember(phone.user);
  phone.on('renamed', remember);
  phone.on('closed', (error) => error?.code === 'signed_out' && forgetIdentity(identity, platform));
  return phone;
}

async function open(
  url: string,
  token: ConnectWithToken['token'],
  { rtc = {}, audio, video, session = 'offhook', timeout = 15_000 }: PhoneSettings,
  platform: Platform,
  device?: ConnectionOptions['device'],
): Promise<Phone> {
  const phone = new Phone({
    platform,
    url: socketUrl(url),
    token: typeof token === 'string' ? () => token : token,
    refreshes: typeof token === 'function',
    device,
    tab: new Tab(platform, url, session === false ? undefined : session),
    audio: audio ?? true,
    video: video ?? { width: { ideal: 1280 }, height: { ideal: 720 } },
    rtc,
  });
  await online(phone, timeout, platform);
  return phone;
}

/** Tokens name no device: this browser gives itself an id, which it keeps. */
function deviceOf({ browser, random, deviceName }: Platform): { id: string; name: string } {
  const id = browser.getItem(deviceKey) ?? random.token(128);
  browser.setItem(deviceKey, id);
  return { id, name: deviceName };
}

function online(phone: Phone, timeout: Milliseconds, platform: Platform): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = Number.isFinite(timeout) ? platform.clock.schedule(timeout, giveUp) : () => {};
    const offState = phone.on('state', (state) => state === 'online' && settle(resolve));
    const offClosed = phone.on('closed', (error) => settle(() => reject(error ?? new OffhookError('closed'))));

    function settle(how: () => void): void {
      cancel();
      offState();
      offClosed();
      how();
    }

    function giveUp(): void {
      settle(() => reject(new OffhookError('unreachable', { cause: phone.trouble })));
      void phone.close();
    }
  });
}

function socketUrl(url: string): string {
  return new URL('v1/ws', url).href.replace(/^http/, 'ws');
}
