/**
 * People in a session without signalling: pages with plain peer connections, at a real media worker. What the server and the SDK do in
 * between is tried elsewhere.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodingsOf } from '../../../packages/client/src/session/encodings.ts';
import type { Media, MediaKind, StreamRef } from '../../../packages/server/src/ports/media.ts';
import type { Browser, Profile, Tab } from './browsers.ts';
import { loopback } from './ports.ts';

/** What one received of one stream. */
export interface Received {
  readonly kind: MediaKind;
  /** By its media type, such as `audio/opus`. */
  readonly codec: string;
  readonly from: string;
  readonly frames: number;
  readonly width: number;
  readonly energy: number;
  /** Of payloads. */
  readonly bytes: number;
  readonly packets: number;
  readonly lost: number;
  readonly freezeSeconds: number;
}

/** What was shown of one video, in milliseconds of the wall clock. */
export interface Shown {
  /** Of the first frame; 0 before. */
  readonly first: number;
  /** The longest time between two frames since it was last asked for. */
  readonly gap: number;
  readonly width: number;
}

export interface Publishing {
  readonly audio?: boolean;
  readonly video?: boolean;
  /** How wide the camera's picture is; 1,280 pixels without. */
  readonly width?: number;
  /** As many as the camera gives, without. */
  readonly frameRate?: number;
  /** Each packet of sound once more in the next one (RFC 2198). */
  readonly redundant?: boolean;
  /** In as many sizes as by the SDK. */
  readonly simulcast?: boolean;
  /** By its name in RTP, such as `VP9`. */
  readonly codec?: string;
  /** The same of sound. */
  readonly sound?: string;
  /** Several layers in one encoding, as `L3T3_KEY` (W3C WebRTC-SVC). */
  readonly layers?: string;
}

/** A page of nothing, on an origin that may use cameras. */
export async function blankSite(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>Attendee</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
  return {
    url: `http://${loopback}:${(server.address() as AddressInfo).port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What the page keeps. */
interface Kept {
  publishing?: RTCPeerConnection;
  receiving?: RTCPeerConnection;
  shown?: { first: number; last: number; gap: number; width: number }[];
}

export class Attendee {
  readonly name: string;
  readonly #profile: Profile;
  readonly #tab: Tab;
  readonly #session: string;
  readonly #media: Media;
  #answering: Promise<void> = Promise.resolve();

  private constructor(name: string, profile: Profile, tab: Tab, session: string, media: Media) {
    this.name = name;
    this.#profile = profile;
    this.#tab = tab;
    this.#session = session;
    this.#media = media;
    media.onEvent((event) => {
      if (event.type !== 'offer' || event.session !== session || event.participant !== name) return;
      this.#answering = this.#answering.then(() => this.#answer(event.revision, event.offer));
    });
  }

  static async seat(name: string, browser: Browser, url: string, session: string, media: Media): Promise<Attendee> {
    const profile = await browser.newProfile();
    const tab = await profile.newTab();
    await tab.goto(url);
    return new Attendee(name, profile, tab, session, media);
  }

  /** Closes the page, which makes and shows pictures until then. */
  close(): Promise<void> {
    return this.#profile.close();
  }

  async publish(wishes: Publishing = { audio: true, video: true }): Promise<readonly StreamRef[]> {
    const width = wishes.width ?? 1_280;
    const encodings = wishes.simulcast === true ? encodingsOf({ width, height: (width * 9) / 16 }) : undefined;
    const offer = await this.#tab.evaluate(offered, { ...wishes, width, encodings });
    const { answer, streams } = await this.#media.publish(this.#session, this.name, offer, ['audio', 'video']);
    await this.#tab.evaluate((sdp) => (globalThis as Kept).publishing!.setRemoteDescription({ type: 'answer', sdp }), answer);
    return streams.map(({ mid }) => ({ participant: this.name, mid }));
  }

  /**
   * Another path for what is published, as after a change of networks: by a restart of ICE, or by another connection with the same tracks,
   * as Firefox takes no other certificate on one that is there.
   */
  async republish(by: 'restart' | 'connection'): Promise<void> {
    const offer = await this.#tab.evaluate(by === 'restart' ? restarted : reconnected, undefined);
    const { answer } = await this.#media.publish(this.#session, this.name, offer, ['audio', 'video']);
    await this.#tab.evaluate((sdp) => (globalThis as Kept).publishing!.setRemoteDescription({ type: 'answer', sdp }), answer);
  }

  async received(): Promise<readonly Received[]> {
    return this.#tab.evaluate(async () => {
      const found: Received[] = [];
      for (const receiver of (globalThis as Kept).receiving?.getReceivers() ?? []) {
        const stats = (await receiver.getStats()) as ReadonlyMap<string, { type: string } & Record<string, number>>;
        for (const one of stats.values()) {
          if (one.type !== 'inbound-rtp') continue;
          found.push({
            kind: receiver.track.kind as MediaKind,
            codec: String(stats.get(String(one['codecId']))?.['mimeType'] ?? ''),
            from: receiver.track.id,
            frames: one['framesDecoded'] ?? 0,
            width: one['frameWidth'] ?? 0,
            energy: one['totalAudioEnergy'] ?? 0,
            bytes: one['bytesReceived'] ?? 0,
            packets: one['packetsReceived'] ?? 0,
            lost: one['packetsLost'] ?? 0,
            freezeSeconds: one['totalFreezesDuration'] ?? 0,
          });
        }
      }
      return found;
    }, undefined);
  }

  /** Where what it receives comes to. */
  async port(): Promise<number | undefined> {
    return this.#tab.evaluate(async () => {
      const stats = (await (globalThis as Kept).receiving?.getStats()) as
        | Map<string, Record<string, string | number>>
        | undefined;
      const all = [...(stats?.values() ?? [])];
      const pair = stats?.get(String(all.find(({ type }) => type === 'transport')?.['selectedCandidatePairId']));
      const port = stats?.get(String(pair?.['localCandidateId']))?.['port'];
      return port === undefined ? undefined : Number(port);
    }, undefined);
  }

  /** One by one, each video that it has ever received. */
  async shown(): Promise<readonly Shown[]> {
    return this.#tab.evaluate(() => {
      const all = (globalThis as Kept).shown ?? [];
      const now = performance.now();
      // A frame that is still waited for counts for as long as it is.
      const said = all.map(({ first, last, gap, width }) => ({
        first,
        width,
        gap: last === 0 ? 0 : Math.max(gap, now - last),
      }));
      for (const one of all) one.gap = 0;
      return said;
    }, undefined);
  }

  async #answer(revision: number, offer: string): Promise<void> {
    const answer = await this.#tab.evaluate(answered, offer);
    // A later offer has come meanwhile: it is answered next.
    await this.#media.answer(this.#session, this.name, revision, answer).catch(() => undefined);
  }
}

async function offered({
  audio = false,
  video = false,
  redundant = false,
  width = 1_280,
  frameRate,
  codec,
  sound,
  layers,
  encodings,
}: Publishing & { readonly encodings: RTCRtpEncodingParameters[] | undefined }): Promise<string> {
  const kept = globalThis as Kept;
  const connection = new RTCPeerConnection();
  kept.publishing = connection;
  const stream = await navigator.mediaDevices.getUserMedia({
    audio,
    video: video && { width, height: (width * 9) / 16, ...(frameRate !== undefined && { frameRate }) },
  });
  for (const track of stream.getTracks()) {
    const transceiver = connection.addTransceiver(track, {
      direction: 'sendonly',
      ...(track.kind === 'video' &&
        layers !== undefined && { sendEncodings: [Object.assign({ maxBitrate: 1_500_000 }, { scalabilityMode: layers })] }),
      ...(track.kind === 'video' && encodings !== undefined && { sendEncodings: encodings }),
    });
    if (redundant && track.kind === 'audio') {
      const sounds = RTCRtpReceiver.getCapabilities('audio')?.codecs ?? [];
      transceiver.setCodecPreferences(
        sounds.toSorted((a, b) => Number(b.mimeType === 'audio/red') - Number(a.mimeType === 'audio/red')),
      );
    }
    if (sound !== undefined && track.kind === 'audio') {
      const sounds = RTCRtpReceiver.getCapabilities('audio')?.codecs ?? [];
      transceiver.setCodecPreferences(sounds.filter(({ mimeType }) => mimeType === `audio/${sound}`));
    }
    if (codec === undefined || track.kind !== 'video') continue;
    const all = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
    transceiver.setCodecPreferences(all.filter(({ mimeType }) => [`video/${codec}`, 'video/rtx'].includes(mimeType)));
  }
  await connection.setLocalDescription();
  return connection.localDescription!.sdp;
}

async function restarted(): Promise<string> {
  const connection = (globalThis as Kept).publishing!;
  await connection.setLocalDescription(await connection.createOffer({ iceRestart: true }));
  return connection.localDescription!.sdp;
}

async function reconnected(): Promise<string> {
  const kept = globalThis as Kept;
  const before = kept.publishing!;
  const connection = new RTCPeerConnection();
  kept.publishing = connection;
  for (const { track } of before.getSenders()) connection.addTransceiver(track!, { direction: 'sendonly' });
  before.close();
  await connection.setLocalDescription();
  return connection.localDescription!.sdp;
}

async function answered(offer: string): Promise<string> {
  const kept = globalThis as Kept;
  let connection = kept.receiving;
  // Another certificate is another transport: not every browser takes that on a connection that is there.
  const print = /^a=fingerprint:(.*)$/mu.exec(offer)?.[1];
  if (connection !== undefined && !connection.remoteDescription!.sdp.includes(print!)) {
    connection.close();
    connection = undefined;
  }
  if (connection === undefined) {
    connection = new RTCPeerConnection();
    kept.receiving = connection;
    connection.addEventListener('track', ({ track }) => {
      const element = document.createElement(track.kind === 'audio' ? 'audio' : 'video');
      element.autoplay = true;
      element.srcObject = new MediaStream([track]);
      document.body.append(element);
      if (!(element instanceof HTMLVideoElement)) return;
      const shown = { first: 0, last: 0, gap: 0, width: 0 };
      (kept.shown ??= []).push(shown);
      const next = (now: number, { width }: { readonly width: number }): void => {
        if (shown.last === 0) shown.first = performance.timeOrigin + now;
        else shown.gap = Math.max(shown.gap, now - shown.last);
        shown.last = now;
        shown.width = width;
        element.requestVideoFrameCallback(next);
      };
      element.requestVideoFrameCallback(next);
    });
  }
  await connection.setRemoteDescription({ type: 'offer', sdp: offer });
  await connection.setLocalDescription();
  return connection.localDescription!.sdp;
}
