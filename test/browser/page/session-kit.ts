/** What a test page does in sessions of several people. */
import type * as Sdk from '@offhook/client';
import { join } from '@offhook/client/session';
import type { LocalStream, PublishOptions, RemoteStream, Session, SessionParticipant } from '@offhook/client/session';
import { Kit, outcome } from './kit.ts';
import { listenFor } from './silence.ts';
import type { Silence } from './silence.ts';
import { openConnections } from './spies.ts';
import { tone, toneAt } from './tones.ts';
import { until } from './until.ts';

/** So long a silence has a reason. */
const noticedMs = 100;

/** What arrives of one stream, decoded. */
export interface Arrived {
  /** `bo` or `bo:screen`, by address and alias. */
  readonly from: string;
  /** Decoded energy, that of a full-scale tone of this many seconds. */
  readonly energy: number;
  readonly frames: number;
  readonly width: number;
}

export class SessionKit extends Kit {
  protected my: Sdk.Phone | undefined;
  #session: Session | undefined;
  /** By whom it is that is listened to. */
  readonly #silences = new Map<string | undefined, Silence>();
  readonly #local = new Map<string, LocalStream>();
  readonly #tones: MediaStream[] = [];
  #words = '';
  readonly #bytes: string[] = [];
  readonly #players = new Map<RemoteStream, HTMLVideoElement>();
  /** What was told, in order: `available bo`, `joined bo`, … */
  protected readonly news: string[] = [];

  protected override connected(phone: Sdk.Phone): void {
    this.my = phone;
  }

  /** The code of the error with which it was refused, if it was. */
  async join(id: string, token?: string, data = false): Promise<string | undefined> {
    if (this.my === undefined) throw new Error('not connected');
    return outcome(join(this.my, id, { token, data }).then((session) => this.follow(session)));
  }

  publish(constraints: MediaStreamConstraints, alias = '', how: PublishOptions = {}): Promise<string | undefined> {
    const published = this.#at.publish(constraints, { ...how, ...(alias !== '' && { alias }) });
    return outcome(published.then((local) => void this.#local.set(alias, local)));
  }

  /** A camera that goes on with pictures of another size. */
  resizeCamera(video: MediaTrackConstraints): Promise<string | undefined> {
    const tracks = this.#at.published.flatMap(({ stream }) => stream.getVideoTracks());
    return outcome(Promise.all(tracks.map((track) => track.applyConstraints(video))).then(() => undefined));
  }

  /** A lasting tone, and a picture that moves. */
  publishTone(hertz: number, video: MediaTrackConstraints | false, how: PublishOptions = {}): Promise<string | undefined> {
    return outcome(this.#publishTone(hertz, video, how));
  }

  /** Waits until a tone stands out in what comes by a call, or from somebody in the session. */
  untilTone(from: string, hertz: number): Promise<void> {
    const call = this.my?.calls.find(({ peer }) => peer.address === from);
    const remote = this.#session?.streams.find(({ participant }) => this.#addressOf(participant) === from);
    const stream = call?.remoteStream ?? remote?.stream;
    if (stream === undefined) throw new Error(`nothing of ${from}`);
    return toneAt(stream, hertz);
  }

  /** Begins to look how long nothing is heard of the others, or of one of them, in the session and in calls. */
  async listenForGaps(of?: string): Promise<void> {
    const counts = (address: string): boolean => of === undefined || of === address;
    const silence = await listenFor(() => {
      const calls = (this.my?.calls ?? []).filter(({ peer }) => counts(peer.address));
      const streams = (this.#session?.streams ?? []).filter(({ participant }) => counts(this.#addressOf(participant)));
      return [...calls.map(({ remoteStream }) => remoteStream), ...streams.map(({ stream }) => stream)];
    });
    // Of all: those that were listened to alone are among them.
    if (of === undefined) this.#silences.clear();
    this.#silences.set(of, silence);
  }

  /** Waits until nothing is heard for a moment. */
  async untilSilence(): Promise<void> {
    await until(
      'silence',
      () => this.longestSilence() > noticedMs,
      () => this.longestSilence(),
    );
  }

  /** How long nothing was heard at most of any of those who are listened to, in milliseconds, since it was begun to look. */
  longestSilence(): number {
    if (this.#silences.size === 0) return Number.NaN;
    return Math.max(...[...this.#silences.values()].map((silence) => silence.longest()));
  }

  /** The address of who is heard above the others. */
  speaker(): string | undefined {
    return this.#at.activeSpeaker?.user.address;
  }

  /** How it sounds, as it was last told. */
  connectionWords(): string {
    return this.#words;
  }

  /** Publishes no tone any more. */
  stopTones(): void {
    for (const stream of this.#tones.splice(0)) {
      this.#at.unpublish(...this.#at.published.filter((local) => local.stream === stream));
      for (const track of stream.getTracks()) track.stop();
    }
  }

  /** Waits until nothing comes of somebody any more. */
  async untilSilent(address: string): Promise<void> {
    await until(
      `nothing of ${address}`,
      () => this.#at.streams.every((remote) => this.#addressOf(remote.participant) !== address),
      () => this.arrived(),
    );
  }

  record(to: 'recording' | 'paused' | 'stopped'): Promise<string | undefined> {
    const session = this.#at;
    if (to === 'recording') return outcome(session.startRecording());
    return outcome(to === 'paused' ? session.pauseRecording() : session.stopRecording());
  }

  unpublish(alias = ''): void {
    const local = this.#local.get(alias);
    if (local !== undefined) this.#at.unpublish(local);
  }

  setMic(on: boolean): void {
    this.#at.setMicEnabled(on);
  }

  turnCamera(on: boolean): Promise<string | undefined> {
    return outcome(this.#at.setCameraEnabled(on));
  }

  /** Waits until no pictures of somebody come any more; Firefox goes on with a black one a second. */
  async untilStands(address: string): Promise<void> {
    const frames = async (): Promise<number> =>
      (await this.arrived()).find(({ from }) => from === address)?.frames ?? Number.NaN;
    const stands = async (): Promise<boolean> => {
      const before = await frames();
      await aSecond();
      return (await frames()) - before < 3;
    };
    await until(`no picture of ${address}`, stands, () => this.arrived());
  }

  tell(data: unknown): boolean {
    return this.#at.send(data);
  }

  /** Sends so many messages of this size by data channels, numbered; the code with which one was refused, if it was. */
  sendBytes(count: number, size: number, lossy = false, to = ''): Promise<string | undefined> {
    const participant = this.#at.participants.find(({ user }) => user.address === to)?.participant;
    return outcome(
      Promise.resolve().then(() => {
        for (let n = 0; n < count; n++)
          this.#at.sendBytes(new Uint8Array(size).fill(n), { lossy, ...(participant !== undefined && { to: participant }) });
      }),
    );
  }

  /** Bytes of the packets of sound, in the mean. */
  async soundBytes(which: 'sent' | 'received'): Promise<number> {
    const all = await sound(which);
    return sum(all, 'bytes', which) / sum(all, 'packets', which);
  }

  /** What the other side of each connection has said of Opus, sorted. */
  opusSaid(): string[][] {
    return openConnections().flatMap(({ remoteDescription }) => {
      const sdp = remoteDescription?.sdp ?? '';
      const types = [...sdp.matchAll(/^a=rtpmap:(\d+) opus/gim)].map(([, type]) => type);
      return types.map((type) => (new RegExp(`^a=fmtp:${type} (.*)`, 'm').exec(sdp)?.[1] ?? '').split(';').toSorted());
    });
  }

  /** Packets of sound within a second. */
  async soundPackets(which: 'sent' | 'received'): Promise<number> {
    const before = sum(await sound(which), 'packets', which);
    await aSecond();
    return sum(await sound(which), 'packets', which) - before;
  }

  /** Waits until just so many encodings of pictures are made, in all. */
  untilEncodes(wanted: number): Promise<void> {
    let grown: readonly number[] = [];
    const look = async (): Promise<boolean> => {
      const before = await encoded();
      await aSecond();
      grown = [...(await encoded())].map(([id, frames]) => frames - (before.get(id) ?? 0));
      return grown.filter((frames) => frames > 0).length === wanted;
    };
    return until(`${wanted} encodings`, look, () => grown).then(() => undefined);
  }

  /** By data channels, in order: `anna 7×1000`, `~anna …` where it was lossy. */
  bytes(): readonly string[] {
    return this.#bytes;
  }

  /** As a browser says it that has another network now; resolves once both ways were opened anew. */
  async otherNetwork(): Promise<void> {
    const before = new Set(openConnections());
    this.changeNetwork();
    await until(
      'other connections',
      () => {
        const now = openConnections();
        return now.length === before.size && now.every((one) => !before.has(one) && one.connectionState === 'connected');
      },
      () => openConnections().map(({ connectionState }) => connectionState),
    );
  }

  leaveSession(): Promise<void> {
    return this.#at.leave();
  }

  look(address: string, width: number): void {
    for (const remote of this.#at.streams) if (this.#addressOf(remote.participant) === address) remote.look(width);
  }

  participants(): { readonly address: string; readonly away: boolean; readonly muted: boolean[] }[] {
    return this.#at.participants.map(({ user, away, streams }) => ({
      address: user.address,
      away,
      muted: streams.map(({ muted }) => muted),
    }));
  }

  /** Waits until this was told, and forgets what was told up to then. */
  async untilNews(news: string): Promise<void> {
    const at = await until(
      news,
      () => (this.news.includes(news) ? this.news.indexOf(news) + 1 : undefined),
      () => this.news,
    );
    this.news.splice(0, at);
  }

  /** Waits until sound and pictures have come in of each of these, more than when it was asked. */
  async untilArrives(wanted: readonly string[], kinds: 'both' | 'sound' | 'picture' = 'both'): Promise<void> {
    const before = await this.arrived();
    await until(
      `${kinds} of ${wanted.join(', ')}`,
      async () => {
        const now = await this.arrived();
        return wanted.every((from) => {
          const [was, is] = [before, now].map((all) => all.find((one) => one.from === from));
          const heard = (is?.energy ?? 0) - (was?.energy ?? 0) > 0.001;
          const seen = (is?.frames ?? 0) - (was?.frames ?? 0) > 5;
          return (heard || kinds === 'picture') && (seen || kinds === 'sound');
        });
      },
      () => this.arrived(),
    );
  }

  async untilWidth(from: string, width: number): Promise<void> {
    await until(
      `a picture of ${from} ${width} wide`,
      async () => (await this.arrived()).some((one) => one.from === from && one.width === width),
      () => this.arrived(),
    );
  }

  async arrived(): Promise<Arrived[]> {
    const all: Arrived[] = [];
    for (const remote of this.#at.streams) {
      const tracks = new Set(remote.stream.getTracks());
      const found = { energy: 0, frames: 0, width: 0 };
      for (const receiver of openConnections().flatMap((connection) => connection.getReceivers())) {
        if (!tracks.has(receiver.track)) continue;
        for (const report of ((await receiver.getStats()) as ReadonlyMap<string, Report>).values()) {
          if (report.type !== 'inbound-rtp') continue;
          found.energy += report.totalAudioEnergy ?? 0;
          found.frames += report.framesDecoded ?? 0;
          found.width += report.frameWidth ?? 0;
        }
      }
      all.push({ from: this.#nameOf(remote), ...found });
    }
    return all;
  }

  override hangUpAll(): void {
    for (const track of this.#tones.flatMap((stream) => stream.getTracks())) track.stop();
    void this.#session?.leave();
    super.hangUpAll();
  }

  async #publishTone(hertz: number, video: MediaTrackConstraints | false, how: PublishOptions): Promise<void> {
    const stream = tone(hertz);
    if (video !== false) {
      const camera = await navigator.mediaDevices.getUserMedia({ video });
      for (const track of camera.getTracks()) stream.addTrack(track);
    }
    this.#tones.push(stream);
    await this.#at.publish(stream, how);
  }

  get #at(): Session {
    if (this.#session === undefined) throw new Error('in no session');
    return this.#session;
  }

  protected follow(session: Session): void {
    this.#session = session;
    session.on('streamAvailable', (remote) => this.#play(remote));
    session.on('streamUnavailable', (remote) => {
      this.#players.get(remote)?.remove();
      this.#players.delete(remote);
      this.news.push(`unavailable ${remote.alias ?? ''}`);
    });
    session.on('participant', (change, { user }) => this.news.push(`${change} ${user.address}`));
    session.on('activeSpeaker', (participant) => this.news.push(`speaks ${participant?.user.address ?? 'nobody'}`));
    session.on('data', (from, data) => this.news.push(`data ${this.#addressOf(from)} ${JSON.stringify(data)}`));
    session.on('bytes', (from, bytes, { lossy, missed }) => {
      const isWhole = bytes.every((one) => one === bytes[0]);
      this.#bytes.push(
        `${lossy ? '~' : ''}${this.#addressOf(from)} ${isWhole ? bytes[0] : '?'}×${bytes.length}${missed > 0 ? ` after ${missed}` : ''}`,
      );
    });
    session.on('recording', (recording, cause) => this.news.push(`recording ${recording?.state ?? cause ?? ''}`));
    session.on('muted', () => this.news.push('muted'));
    session.on('dropped', ({ code }, local) => this.news.push(`dropped ${code} ${local?.alias ?? ''}`.trim()));
    session.on('quality', ({ words }) => (this.#words = words));
    session.on('ended', (cause) => this.news.push(`ended ${cause}`));
  }

  #play(remote: RemoteStream): void {
    const player = document.createElement('video');
    Object.assign(player, { srcObject: remote.stream, autoplay: true });
    document.body.append(player);
    this.#players.set(remote, player);
    this.news.push(`available ${this.#nameOf(remote)}`);
  }

  #nameOf({ participant, alias }: RemoteStream): string {
    return this.#addressOf(participant) + (alias === undefined ? '' : `:${alias}`);
  }

  #addressOf(id: string): string {
    return this.#at.participants.find(({ participant }: SessionParticipant) => participant === id)?.user.address ?? id;
  }
}

type Direction = 'sent' | 'received';

async function reports(which: Direction, kind: 'audio' | 'video'): Promise<readonly Report[]> {
  const all = openConnections().flatMap((one): readonly { getStats(): Promise<RTCStatsReport> }[] =>
    which === 'sent' ? one.getSenders() : one.getReceivers(),
  );
  const found = await Promise.all(all.map((one) => one.getStats() as Promise<ReadonlyMap<string, Report>>));
  const type = which === 'sent' ? 'outbound-rtp' : 'inbound-rtp';
  return found.flatMap((each) => [...each.values()].filter((one) => one.kind === kind && one.type === type));
}

/** How many pictures each encoding has made. */
async function encoded(): Promise<ReadonlyMap<string, number>> {
  return new Map((await reports('sent', 'video')).map(({ id, framesEncoded = 0 }) => [id, framesEncoded]));
}

function sound(which: Direction): Promise<readonly Report[]> {
  return reports(which, 'audio');
}

function sum(all: readonly Report[], what: 'bytes' | 'packets', which: Direction): number {
  const name = `${what}${which === 'sent' ? 'Sent' : 'Received'}` as const;
  return all.reduce((before, one) => before + (one[name] ?? 0), 0);
}

function aSecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1_000));
}

interface Report {
  readonly id: string;
  readonly type: string;
  readonly kind?: string;
  readonly bytesSent?: number;
  readonly bytesReceived?: number;
  readonly packetsSent?: number;
  readonly packetsReceived?: number;
  readonly totalAudioEnergy?: number;
  readonly framesDecoded?: number;
  readonly framesEncoded?: number;
  readonly frameWidth?: number;
}
