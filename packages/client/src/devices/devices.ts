import type { Call } from '../call.ts';
import { openCall } from '../call.ts';
import type { Capture, CaptureConstraints, Failed, Kind } from '../capture.ts';
import { Emitter } from '../emitter.ts';
import type { Unsubscribe } from '../emitter.ts';
import { OffhookError } from '../errors.ts';
import { LocalMedia } from '../local-media.ts';
import type { Opened } from '../part.ts';
import { openPhone } from '../phone.ts';
import type { Phone } from '../phone.ts';
import { readChoices, writeChoices } from './choices.ts';
import type { Choices, DeviceKind, MediaDevice, Processing } from './choices.ts';
import { arrivedIn, findIn, nothingPresent, presentIn } from './present.ts';
import type { Present } from './present.ts';
import { Speakers } from './speakers.ts';

/** A device took the place of another without the person's doing. */
export interface Moved {
  readonly kind: DeviceKind;
  readonly from: MediaDevice | undefined;
  readonly to: MediaDevice | undefined;
  /** `lost`: the one before is gone; `back`: the one that was chosen is there again; `system`: the system's own choice is another one. */
  readonly because: 'lost' | 'back' | 'system';
}

/** What the devices tell. */
export interface DevicesEvents {
  /** Which there are, which is used, or what is done to sound and picture; for redrawing. */
  changed: [];
  moved: [moved: Moved];
  /** One was connected. It is used only if the person chooses it, unless it is the one that was chosen before. */
  appeared: [kind: DeviceKind, device: MediaDevice];
}

/** Microphone and camera opened outside of a call, to try them. */
export interface Trial {
  /** What they give; the same stream also after another device was chosen. */
  readonly stream: MediaStream;
  /** Lets them go. Calls keep what they use. */
  close(): void;
}

/** Whoever has a microphone or camera open: a call, or a trial. */
interface User {
  readonly stream: MediaStream;
  reopen(kind: Kind, anew: boolean): Promise<Failed>;
}

const kinds = ['microphone', 'camera', 'speaker'] as const;
const trackKind = { microphone: 'audio', camera: 'video' } as const;
const known = new WeakMap<Phone, Devices>();

/** The devices of a phone; the same object each time. */
export function devicesOf(phone: Phone): Devices {
  const devices = known.get(phone) ?? new Devices(phone, openPhone(phone), navigator.mediaDevices);
  known.set(phone, devices);
  return devices;
}

/** Microphones, cameras and loudspeakers of this browser, for the calls of one phone. Made by `devicesOf(phone)`. */
export class Devices extends Emitter<DevicesEvents> {
  readonly #phone: Phone;
  readonly #opened: Opened;
  readonly #capture: Capture;
  /** Absent on pages that are not secure. */
  readonly #browser: MediaDevices | undefined;
  /** What the application asks of devices, before the person chooses. */
  readonly #asked: CaptureConstraints;
  readonly #speakers = new Speakers();
  readonly #trials = new Set<User>();
  readonly #followed = new WeakSet<Call>();
  /** As it was when last looked at, so that a change is noticed. */
  readonly #used: Partial<Record<DeviceKind, MediaDevice>> = {};
  #choices: Choices;
  #present: Present = nothingPresent;
  /** A change of devices is under way. */
  #changing = 0;
  /** Those that could not be opened by themselves: not tried again before something was plugged in or out. */
  readonly #refused = new Set<string>();
  /** What is known to be present can be relied on. */
  #isSure = true;

  /** Made by `devicesOf(phone)`. @hideconstructor */
  constructor(phone: Phone, opened: Opened, browser: MediaDevices | undefined) {
    super((error) => opened.platform.report(error));
    this.#phone = phone;
    this.#opened = opened;
    this.#capture = opened.capture;
    this.#browser = browser;
    this.#asked = opened.capture.constraints;
    this.#choices = readChoices(opened.platform.browser);
    this.#constrain();
    this.#capture.reconsider = (error) => this.#reconsider(error);
    const listener = (): void => {
      this.#refused.clear();
      void this.#refresh();
    };
    browser?.addEventListener('devicechange', listener);
    phone.on('closed', () => browser?.removeEventListener('devicechange', listener));
    phone.on('calls', () => this.#follow());
    this.#follow();
    void this.#refresh();
  }

  /** Those that are connected. Empty before the person has given leave to use one of them: browsers do not tell. */
  list(kind: DeviceKind): readonly MediaDevice[] {
    return this.#present.devices[kind];
  }

  /** The one that the person has chosen, also while it is not there. Undefined: left to the system. */
  chosen(kind: DeviceKind): MediaDevice | undefined {
    return this.#choices.devices[kind];
  }

  /** The one in use, or that would be. Undefined where the browser does not say. */
  current(kind: DeviceKind): MediaDevice | undefined {
    return this.#inUse(kind) ?? this.#next(kind);
  }

  /**
   * Uses this device from now on, also in the calls that are going on, and remembers it in this browser; undefined leaves it to the
   * system. Rejects where it cannot be opened, e.g. with `microphone_in_use`; all is then as before.
   */
  async choose(kind: DeviceKind, device: MediaDevice | undefined): Promise<void> {
    if (device !== undefined && findIn(this.#present, kind, device) === undefined)
      throw new OffhookError('device_not_found', { message: 'This device is not connected.' });
    const before = this.#choices;
    const { [kind]: _, ...others } = before.devices;
    this.#choices = { ...before, devices: device === undefined ? others : { ...others, [kind]: device } };
    await this.#change(before, kind);
    // Not only once the devices were listed again: it may be pulled out before that.
    const used = kind === 'speaker' ? undefined : this.#inUse(kind);
    if (used !== undefined) this.#used[kind] = used;
  }

  /** What is done to sound and picture. */
  get processing(): Processing {
    return this.#choices.processing;
  }

  /** Changes what is done to sound and picture, also in the calls that are going on, and remembers it in this browser. */
  async process(change: Partial<Processing>): Promise<void> {
    const before = this.#choices;
    this.#choices = { ...before, processing: { ...before.processing, ...change } };
    const { backgroundBlur, ...sound } = change;
    if (Object.keys(sound).length > 0) await this.#change(before, 'microphone');
    if (backgroundBlur !== undefined) await this.#blur(backgroundBlur);
  }

  /**
   * Whether the system can blur what is behind the person (W3C Media Capture Extensions, `backgroundBlur`). Known once the camera is
   * open; undefined before.
   */
  get canBlur(): boolean | undefined {
    if (this.#browser === undefined || !('backgroundBlur' in this.#browser.getSupportedConstraints())) return false;
    const track = this.#tracks('video')[0];
    const offered: unknown = (track?.getCapabilities() as { backgroundBlur?: unknown } | undefined)?.backgroundBlur;
    return track === undefined ? undefined : Array.isArray(offered) && offered.includes(true);
  }

  /** Whether a page may choose the loudspeaker in this browser. */
  get canChooseSpeaker(): boolean {
    return Speakers.canChoose;
  }

  /** Whether the browser itself shows the loudspeakers (`askForSpeaker`), rather than telling the page of all of them. */
  get asksForSpeaker(): boolean {
    return this.#browser !== undefined && 'selectAudioOutput' in this.#browser;
  }

  /** Lets the browser ask the person for a loudspeaker, and uses it. Does nothing if the person chooses none. */
  async askForSpeaker(): Promise<void> {
    const { selectAudioOutput } = (this.#browser ?? {}) as { selectAudioOutput?: () => Promise<MediaDeviceInfo> };
    const info = await selectAudioOutput?.call(this.#browser).catch(() => undefined);
    if (info === undefined) return;
    await this.#refresh();
    await this.choose('speaker', { id: info.deviceId, label: info.label });
  }

  /** Plays this element on the chosen loudspeaker, from now on and until the function returned is called. */
  play(element: HTMLMediaElement): Unsubscribe {
    return this.#speakers.add(element);
  }

  /** Opens microphone or camera to try them. The browser asks the person, if it has to. Rejects as calls do, e.g. with `no_microphone`. */
  async try(kind: 'microphone' | 'camera'): Promise<Trial> {
    const media = new LocalMedia(this.#opened.platform, this.#capture, undefined, {
      changed: () => void this.#refresh(),
      lost: () => void this.#refresh(),
    });
    const failed = await media.open({ audio: kind === 'microphone', video: kind === 'camera' });
    const error = failed[trackKind[kind]];
    if (error !== undefined) throw error;
    this.#trials.add(media);
    // With leave to use one, the browser tells the names of all.
    await this.#refresh();
    return {
      stream: media.stream,
      close: () => {
        this.#trials.delete(media);
        media.close();
      },
    };
  }

  get #users(): User[] {
    const calls = this.#phone.calls.map((call) => ({
      stream: call.localStream,
      reopen: (kind: Kind, anew: boolean) => openCall(call).reopen(kind, anew),
    }));
    return [...calls, ...this.#trials];
  }

  #tracks(kind: Kind): MediaStreamTrack[] {
    return this.#users.flatMap(({ stream }) => stream.getTracks().filter((track) => track.kind === kind));
  }

  /** The device of a track that is open, or that plays. */
  #inUse(kind: DeviceKind): MediaDevice | undefined {
    if (kind === 'speaker') return undefined;
    const track = this.#tracks(trackKind[kind]).find(({ readyState }) => readyState === 'live');
    const id = track?.getSettings().deviceId;
    return id === 'default' ? this.#present.usual[kind] : this.#present.devices[kind].find((one) => one.id === id);
  }

  /** The device that would be opened now. */
  #next(kind: DeviceKind): MediaDevice | undefined {
    return findIn(this.#present, kind, this.chosen(kind)) ?? this.#present.usual[kind];
  }

  async #change(before: Choices, kind: DeviceKind): Promise<void> {
    this.#constrain();
    const error = await this.#reopen(kind);
    if (error !== undefined) {
      this.#choices = before;
      this.#constrain();
      throw error;
    }
    writeChoices(this.#opened.platform.browser, this.#choices);
    this.emit('changed');
  }

  /** What is to be opened, now or later. */
  #constrain(): void {
    const { devices, processing } = this.#choices;
    const { backgroundBlur, ...sound } = processing;
    const idOf = (kind: DeviceKind): MediaTrackConstraints => {
      const found = findIn(this.#present, kind, devices[kind]);
      const id = (found ?? devices[kind])?.id;
      if (id === undefined) return {};
      // Chromium takes a mere wish lightly. For one that is known not to be there it is no more: who has left the headset is heard, too.
      const mayBeThere = this.#isSure && (found !== undefined || this.list(kind).length === 0);
      return { deviceId: mayBeThere ? { exact: id } : { ideal: id } };
    };
    const { audio, video } = this.#asked;
    this.#capture.constraints = {
      audio: { ...sound, ...(audio !== true && audio), ...idOf('microphone') },
      video: { ...(backgroundBlur && { backgroundBlur: { ideal: true } }), ...(video !== true && video), ...idOf('camera') },
    };
    this.#speakers.use(findIn(this.#present, 'speaker', devices.speaker)?.id ?? '');
  }

  /** The device that was chosen has gone, and the browser has not said so yet: another one is better than none. */
  #reconsider(error: unknown): boolean {
    if (!this.#isSure || !(error instanceof Error) || error.name !== 'OverconstrainedError') return false;
    this.#isSure = false;
    this.#constrain();
    void this.#refresh();
    return true;
  }

  /** Opens the device anew for everybody who has it open. */
  async #reopen(kind: DeviceKind): Promise<OffhookError | undefined> {
    if (kind === 'speaker') return undefined;
    const media = trackKind[kind];
    this.#changing += 1;
    try {
      const users = this.#users.filter(({ stream }) => stream.getTracks().some((track) => track.kind === media));
      for (const [index, user] of users.entries()) {
        // The first one opens it, the others share it.
        const { [media]: error } = await user.reopen(media, index === 0);
        if (error !== undefined) return error;
      }
      return undefined;
    } finally {
      this.#changing -= 1;
    }
  }

  async #blur(on: boolean): Promise<void> {
    this.#constrain();
    writeChoices(this.#opened.platform.browser, this.#choices);
    const constraint = { backgroundBlur: on } as MediaTrackConstraints;
    // Cameras that cannot do it are left as they are.
    await Promise.all(this.#tracks('video').map((track) => track.applyConstraints(constraint).catch(() => undefined)));
    this.emit('changed');
  }

  #follow(): void {
    for (const call of this.#phone.calls) {
      if (this.#followed.has(call)) continue;
      this.#followed.add(call);
      call.on('stream', (which) => which === 'local' && void this.#refresh());
      call.on('error', ({ code }) => code === 'camera_lost' && void this.#otherCamera(call));
    }
    this.emit('changed');
  }

  /** The picture goes on with another camera, if there is one. (For microphones calls see to it themselves.) */
  async #otherCamera(call: Call): Promise<void> {
    await this.#refresh();
    if (this.list('camera').length > 0) await call.setCamera(true).catch(() => undefined);
  }

  async #refresh(): Promise<void> {
    const infos = await this.#browser?.enumerateDevices().catch(() => undefined);
    if (infos === undefined) return;
    const before = this.#present;
    this.#present = presentIn(infos);
    this.#isSure = true;
    this.#constrain();
    this.#look();
    for (const kind of kinds) await this.#compare(kind, before);
  }

  /** What it means that devices came or went. */
  async #compare(kind: DeviceKind, before: Present): Promise<void> {
    const chosen = findIn(this.#present, kind, this.chosen(kind));
    for (const device of arrivedIn(this.#present, before, kind))
      if (device.id !== chosen?.id) this.emit('appeared', kind, device);
    // A choice that is being carried out is seen to already.
    if (this.#changing > 0) return;
    const wanted = chosen ?? this.#present.usual[kind];
    const used = kind === 'speaker' ? this.#used.speaker : this.#inUse(kind);
    const isBack = chosen !== undefined && findIn(before, kind, chosen) === undefined && before !== nothingPresent;
    const isOther = chosen === undefined && before.usual[kind] !== undefined && before.usual[kind]?.id !== wanted?.id;
    // It was opened before the choice was known, as after a reload.
    const isEarly = kind !== 'speaker' && chosen !== undefined && used?.id !== chosen.id && !this.#refused.has(chosen.id);
    if (used === undefined || wanted === undefined || (!isBack && !isOther && !isEarly)) return;
    if (kind !== 'speaker' && used.id === wanted.id && !isOther) return;
    if ((await this.#reopen(kind)) !== undefined) return void this.#refused.add(wanted.id);
    this.#used[kind] = wanted;
    if (!isEarly || isBack)
      this.emit('moved', { kind, from: isOther ? before.usual[kind] : used, to: wanted, because: isBack ? 'back' : 'system' });
    this.emit('changed');
  }

  /** Notices what is used, and whether that came about because the one before has gone. */
  #look(): void {
    for (const kind of kinds) {
      const from = this.#used[kind];
      const to = kind === 'speaker' ? this.#next(kind) : this.#inUse(kind);
      // Nothing is open at the moment.
      if (to === undefined) continue;
      this.#used[kind] = to;
      if (from === undefined || from.id === to.id || from.id === this.#present.usual[kind]?.id) continue;
      if (findIn(this.#present, kind, from) === undefined) this.emit('moved', { kind, from, to, because: 'lost' });
    }
    this.emit('changed');
  }
}
