/** What a test page does with devices, screens, digits and the music of those on hold, beside what every page does. */
import type * as Sdk from '@offhook/client';
import { conversationsOf } from '@offhook/client/conversations';
import { devicesOf, watchLevel } from '@offhook/client/devices';
import type { DeviceKind, Devices, MediaDevice, Processing, Trial } from '@offhook/client/devices';
import { sendDigits } from '@offhook/client/digits';
import { playHoldMusic } from '@offhook/client/hold-music';
import { shareOf, shareScreen } from '@offhook/client/screen';
import { Kit, outcome } from './kit.ts';
import { pullOut, putBack } from './shelf.ts';
import { openConnections, screenTracks } from './spies.ts';
import { soundCodecs } from './stats.ts';
import { keysIn, loudest, toneAt } from './tones.ts';
import type { Keys } from './tones.ts';
import { until } from './until.ts';

export class MediaKit extends Kit {
  #devices: Devices | undefined;
  #trial: Trial | undefined;
  #phone: Sdk.Phone | undefined;
  #digits = '';
  #keys: Keys | undefined;
  readonly #moves: string[] = [];
  readonly #music = new Map<Sdk.Call, HTMLAudioElement>();

  protected override connected(phone: Sdk.Phone): void {
    const devices = devicesOf(phone);
    this.#devices = devices;
    this.#phone = phone;
    devices.on('moved', ({ kind, from, to, because }) => this.#moves.push(`${kind} ${because}: ${from?.label} → ${to?.label}`));
    devices.on('appeared', (kind, { label }) => this.#moves.push(`${kind} appeared: ${label}`));
    const follow = (): void => {
      for (const call of phone.calls) {
        if (!this.#music.has(call)) this.#music.set(call, playHoldMusic(call).element);
      }
    };
    phone.on('calls', follow);
    follow();
  }

  /** Makes a group of oneself and these: its id. */
  async makeGroup(name: string, people: readonly string[]): Promise<string> {
    if (this.#phone === undefined) throw new Error('not connected');
    return (await conversationsOf(this.#phone).group(name, people)).id;
  }

  codecs(): Promise<{ readonly out: string[]; readonly in: string[] }> {
    return soundCodecs();
  }

  list(kind: DeviceKind): readonly MediaDevice[] {
    return this.#my.list(kind);
  }

  current(kind: DeviceKind): string | undefined {
    return this.#my.current(kind)?.label;
  }

  chosen(kind: DeviceKind): string | undefined {
    return this.#my.chosen(kind)?.label;
  }

  choose(kind: DeviceKind, label: string | undefined): Promise<string | undefined> {
    const device = label === undefined ? undefined : { id: label, label };
    return outcome(this.#my.choose(kind, this.list(kind).find((one) => one.label === label) ?? device));
  }

  process(change: Partial<Processing>): Promise<string | undefined> {
    return outcome(this.#my.process(change));
  }

  /** Opens a device outside of a call; for a microphone, waits until the meter shows that it hears. */
  async tryOut(kind: 'microphone' | 'camera'): Promise<string | undefined> {
    const failed = await outcome(this.#my.try(kind).then((trial) => (this.#trial = trial)));
    const [track] = this.#trial?.stream.getAudioTracks() ?? [];
    if (track === undefined) return failed;
    let level = 0;
    const stop = watchLevel(track, (now) => (level = Math.max(level, now)));
    await until(
      'a meter that shows sound',
      () => level > 0.3,
      () => ({ level }),
    );
    stop();
    return failed;
  }

  endTrial(): void {
    this.#trial?.close();
    this.#trial = undefined;
  }

  pullOut(label: string): Promise<void> {
    return pullOut(label);
  }

  putBack(label: string): void {
    putBack(label);
  }

  /** Waits until devices have moved or appeared like this, in this order, and nothing else. */
  untilMoved(...moves: string[]): Promise<string[]> {
    return until(
      moves.join(),
      () => this.#moves.join() === moves.join() && this.#moves,
      () => this.#moves,
    );
  }

  forgetMoves(): void {
    this.#moves.length = 0;
  }

  /** The labels and settings of what is sent. */
  sends(kind: 'audio' | 'video'): { readonly label: string; readonly settings: MediaTrackSettings }[] {
    return openConnections()
      .flatMap((connection) => connection.getSenders())
      .flatMap(({ track }) => (track?.kind === kind ? [{ label: track.label, settings: track.getSettings() }] : []));
  }

  /** Plays the call on the chosen loudspeaker; the one it is on. */
  async playedOn(peer: string): Promise<string> {
    const { player } = this.with(peer);
    this.#my.play(player);
    await until(
      'the loudspeaker that was chosen',
      () => player.sinkId === (this.#my.chosen('speaker')?.id ?? ''),
      () => player.sinkId,
    );
    return player.sinkId;
  }

  /** The code of the error with which it was refused, if it was. */
  share(peer: string, audio = false): Promise<string | undefined> {
    return outcome(shareScreen(this.with(peer).call, { audio }));
  }

  sharesSound(peer: string): boolean | undefined {
    return shareOf(this.with(peer).call)?.hasAudio;
  }

  stopSharing(peer: string): void {
    shareOf(this.with(peer).call)?.stop();
  }

  /** As the browser's own "Stop sharing" does it. */
  stopByBrowser(peer: string): void {
    const [track] = shareOf(this.with(peer).call)?.stream.getVideoTracks() ?? [];
    track?.stop();
    track?.dispatchEvent(new Event('ended'));
  }

  /** How many tracks of screens are live in this page. */
  screens(): number {
    return screenTracks().filter(({ readyState }) => readyState === 'live').length;
  }

  /** Whoever is asked for a screen fails like this from now on. */
  refuseScreens(name: string, message: string): void {
    navigator.mediaDevices.getDisplayMedia = () => Promise.reject(new DOMException(message, name));
  }

  /** Waits until the picture of this person is that of a camera, or of the page that is shown (`shown.ts`). */
  untilPicture(peer: string, wanted: 'camera' | 'screen'): Promise<boolean> {
    const { player } = this.with(peer);
    return until(
      `the picture of a ${wanted}`,
      () => player.videoWidth > 0 && isMagenta(player) === (wanted === 'screen'),
      () => [player.videoWidth, player.videoHeight],
    );
  }

  /** Waits until a tone stands out in what this person sends. */
  untilTone(peer: string, frequency: number): Promise<void> {
    return toneAt(this.with(peer).call.remoteStream, frequency);
  }

  digits(peer: string, digits: string, toneMs = 100): Promise<string | undefined> {
    return outcome(
      sendDigits(this.with(peer).call, digits, { toneMs, gapMs: toneMs, onDigit: (digit) => (this.#digits += digit) }),
    );
  }

  /** Those whose tone has begun. */
  digitsSent(): string {
    return this.#digits;
  }

  /** As browsers and gateways do that know nothing of them: their descriptions do not name them. */
  refuseTelephoneEvents(): void {
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      override setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
        return super.setRemoteDescription({ type, sdp: withoutTelephoneEvents(sdp) });
      }
    };
  }

  /** Begins to note the keys that are heard in what this person sends. */
  async listen(peer: string): Promise<void> {
    this.#keys = await keysIn(this.with(peer).call.remoteStream);
  }

  /** Waits until these keys were heard one after the other; all that were. */
  async untilHeard(digits: string): Promise<string> {
    const heard = (): string => this.#keys?.heard() ?? '';
    await until(`the keys ${digits}`, () => heard().includes(digits), heard);
    await this.#keys?.close();
    return heard();
  }

  /** Waits until music plays here, or plays no more. */
  async untilMusic(peer: string, wanted: boolean): Promise<void> {
    await until(
      wanted ? 'music' : 'no music',
      async () => (await this.hearsMusic(peer)) === wanted,
      () => this.report(),
    );
  }

  /** Whether music plays here, by its loudness over a while. */
  async hearsMusic(peer: string): Promise<boolean> {
    const element = this.#music.get(this.with(peer).call);
    return element !== undefined && !element.paused && (await loudest(element.srcObject)) > 0.01;
  }

  get #my(): Devices {
    if (this.#devices === undefined) throw new Error('not connected');
    return this.#devices;
  }
}

/** An SDP without the payload types of RFC 4733. */
function withoutTelephoneEvents(sdp: string): string {
  const types = [...sdp.matchAll(/^a=rtpmap:(\d+) telephone-event/gm)].map(([, type = '']) => type);
  return sdp
    .split('\r\n')
    .filter((line) => !types.some((type) => new RegExp(`^a=(rtpmap|fmtp|rtcp-fb):${type} `).test(line)))
    .map((line) =>
      line.startsWith('m=audio')
        ? line
            .split(' ')
            .filter((word, index) => index < 3 || !types.includes(word))
            .join(' ')
        : line,
    )
    .join('\r\n');
}

/** Whether most of a picture has the colour of `shown.ts`. */
function isMagenta(player: HTMLVideoElement): boolean {
  const size = 8;
  const context = new OffscreenCanvas(size, size).getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.drawImage(player, 0, 0, size, size);
  const { data } = context.getImageData(0, 0, size, size);
  let found = 0;
  for (let at = 0; at < data.length; at += 4)
    if ((data[at] ?? 0) > 200 && (data[at + 1] ?? 255) < 60 && (data[at + 2] ?? 0) > 200) found += 1;
  return found > (size * size) / 2;
}
