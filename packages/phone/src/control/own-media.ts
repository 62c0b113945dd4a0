import type { Phone, Unsubscribe } from '@offhook/client';
import type { Devices, Trial } from '@offhook/client/devices';
import type { LocalStream, Session } from '@offhook/client/session';
import type { MeetingState } from '../view/meeting.ts';
import { errorCode, mediaProblem } from './problems.ts';

type Kind = 'microphone' | 'camera';
const kinds: readonly Kind[] = ['microphone', 'camera'];

/**
 * What one sends in a meeting: the microphone, which stays open while it is off, so that it is there at once; the camera, whose light
 * goes out with it; the screen. They are open before the meeting, to be looked at, and are published once there is a session.
 */
export class OwnMedia {
  /** What knows them may be loaded already: the settings use it, too. */
  readonly #devices: Promise<Devices>;
  readonly #changed: () => void;
  #off: Unsubscribe | undefined;
  readonly #wanted: Record<Kind, boolean>;
  readonly #open: Partial<Record<Kind, Trial>> = {};
  readonly #opening = new Set<Kind>();
  readonly #published: Partial<Record<Kind, { readonly local: LocalStream; readonly track: MediaStreamTrack }>> = {};
  #screen: MediaStream | undefined;
  #session: Session | undefined;
  #isClosed = false;
  problems: MeetingState['problems'] = {};

  constructor(phone: Phone, wanted: Readonly<Record<Kind, boolean>>, changed: () => void) {
    this.#devices = import('@offhook/client/devices').then(({ devicesOf }) => this.#follow(devicesOf(phone)));
    // Whoever opens one is told.
    this.#devices.catch(() => undefined);
    this.#changed = changed;
    this.#wanted = { ...wanted };
  }

  /** What the person wants to be on. */
  get on(): Readonly<Record<Kind, boolean>> {
    return this.#wanted;
  }

  get streams(): MeetingState['open'] {
    return { microphone: this.#open.microphone?.stream, camera: this.#open.camera?.stream };
  }

  get screen(): MediaStream | undefined {
    return this.#screen;
  }

  /** Opens what is wanted, microphone first: whoever may not be seen can still be heard. */
  async begin(): Promise<void> {
    for (const kind of kinds) if (this.#wanted[kind]) await this.turn(kind, true);
  }

  /** Turns it on or off. What cannot be opened is off, and `problems` says why. */
  async turn(kind: Kind, on: boolean): Promise<void> {
    this.#wanted[kind] = on;
    this.problems = { ...this.problems, [kind]: undefined };
    if (on) await this.#openUp(kind);
    else if (kind === 'camera') this.#close(kind);
    const [track] = this.#open[kind]?.stream.getTracks() ?? [];
    const local = this.#published[kind]?.local;
    if (kind === 'microphone' && local !== undefined) this.#session?.setMicEnabled(on, local);
    // Also of what is only about to be published: the others are told once it is.
    if (track !== undefined) track.enabled = on;
    this.#publish();
  }

  /** The host has turned the microphone off. */
  silenced(): void {
    this.#wanted.microphone = false;
    this.#changed();
  }

  async show(on: boolean): Promise<void> {
    this.problems = { ...this.problems, screen: undefined };
    if (!on) return this.#hide();
    const session = this.#session;
    try {
      const { chooseScreen } = await import('@offhook/client/screen');
      const stream = await chooseScreen({ audio: true });
      // It may be over by now.
      if (this.#isClosed || session === undefined || session !== this.#session) return stop(stream);
      this.#hide();
      this.#screen = stream;
      // The browser's own "Stop sharing", or the window was closed.
      stream.getVideoTracks()[0]?.addEventListener('ended', () => this.#screen === stream && this.#hide());
      this.#changed();
      await session.publish(stream, { alias: 'screen' });
    } catch (error) {
      const code = errorCode(error);
      if (code !== 'screen_refused')
        this.problems = { ...this.problems, screen: code === 'screen_unavailable' ? 'system' : 'failed' };
      this.#hide();
    }
  }

  /** Sends there from now on. */
  use(session: Session): void {
    this.#session = session;
    for (const kind of kinds) delete this.#published[kind];
    this.#publish();
    if (this.#screen !== undefined) void session.publish(this.#screen, { alias: 'screen' }).catch(() => this.#hide());
  }

  close(): void {
    this.#isClosed = true;
    this.#off?.();
    this.#session = undefined;
    this.#hide();
    for (const kind of kinds) this.#close(kind);
  }

  /** Another device may take the place of one. */
  #follow(devices: Devices): Devices {
    if (!this.#isClosed) this.#off = devices.on('changed', () => this.#publish());
    return devices;
  }

  async #openUp(kind: Kind): Promise<void> {
    if (this.#open[kind] !== undefined || this.#opening.has(kind)) return;
    this.#opening.add(kind);
    this.#changed();
    try {
      const trial = await (await this.#devices).try(kind);
      if (this.#isClosed || (kind === 'camera' && !this.#wanted.camera)) trial.close();
      else this.#open[kind] = trial;
    } catch (error) {
      this.#wanted[kind] = false;
      this.problems = { ...this.problems, [kind]: mediaProblem(error) };
    } finally {
      this.#opening.delete(kind);
    }
  }

  #close(kind: Kind): void {
    const published = this.#published[kind];
    delete this.#published[kind];
    if (published !== undefined) this.#session?.unpublish(published.local);
    this.#open[kind]?.close();
    delete this.#open[kind];
  }

  #hide(): void {
    const screen = this.#screen;
    this.#screen = undefined;
    if (screen !== undefined) {
      const local = this.#session?.published.find(({ stream }) => stream === screen);
      if (local !== undefined) this.#session?.unpublish(local);
      stop(screen);
    }
    this.#changed();
  }

  /** What is open is sent, by the device that is in use by now. */
  #publish(): void {
    const session = this.#session;
    for (const kind of kinds) {
      const stream = this.#open[kind]?.stream;
      const [track] = stream?.getTracks() ?? [];
      const before = this.#published[kind];
      if (before !== undefined && before.track !== track) {
        session?.unpublish(before.local);
        delete this.#published[kind];
      }
      // The device is gone, and no other has taken its place.
      if (stream !== undefined && track === undefined) {
        this.#wanted[kind] = false;
        this.problems = { ...this.problems, [kind]: { device: kind, reason: 'lost' } };
        this.#close(kind);
      }
      if (session === undefined || stream === undefined || track === undefined || this.#published[kind] !== undefined) continue;
      track.enabled = this.#wanted[kind];
      // A stream of its own: that of the device holds another track later.
      const local = new MediaStream([track]);
      this.#published[kind] = { local: { stream: local, alias: kind }, track };
      void this.#send(session, kind, local, track);
    }
    this.#changed();
  }

  async #send(session: Session, kind: Kind, stream: MediaStream, track: MediaStreamTrack): Promise<void> {
    try {
      const local = await session.publish(stream, { alias: kind });
      if (this.#published[kind]?.track === track) this.#published[kind] = { local, track };
      else session.unpublish(local);
    } catch {
      // The session is over, or begins anew: then it is published again.
      if (this.#published[kind]?.track === track) delete this.#published[kind];
    }
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
