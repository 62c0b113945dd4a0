import type { Call, Phone, Unsubscribe } from '@offhook/client';
import type { DeviceKind, Devices, MediaDevice, Moved, Trial } from '@offhook/client/devices';
import { t } from '../texts/texts.ts';
import type { OfMedia } from '../view/commands.ts';
import type { MediaState } from '../view/media.ts';
import type { MediaProblem, Notice } from '../view/state.ts';
import { Part } from './part.ts';
import { mediaProblem } from './problems.ts';

/** What comes and goes together, such as both ends of a headset, is told in one sentence. */
const togetherMs = 300;

type Tried = 'microphone' | 'camera';

interface Media {
  readonly media: MediaState | undefined;
}

/** The devices of this browser. What knows them is loaded once somebody is signed in, and calls do not wait for it. */
export class MediaControl extends Part<Media> {
  readonly #phone: Phone;
  readonly #notice: (notice: Notice) => void;
  readonly #loaded: Promise<Devices>;
  readonly #trials: Partial<Record<Tried, Trial>> = {};
  /** Those that are being opened: the browser may be asking the person, who may have left meanwhile. */
  readonly #opening = new Map<Tried, symbol>();
  readonly #arrived: { readonly kind: DeviceKind; readonly device: MediaDevice }[] = [];
  #devices: Devices | undefined;
  #problem: MediaProblem | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(phone: Phone, changed: () => void, notice: (notice: Notice) => void) {
    super({ media: undefined }, changed);
    this.#phone = phone;
    this.#notice = notice;
    this.#loaded = import('@offhook/client/devices').then(({ devicesOf }) => this.#follow(devicesOf(phone)));
    // Without it calls go on with what the browser chooses.
    this.#loaded.catch(() => undefined);
    phone.on('calls', (calls) => this.#playMusic(calls));
    this.#playMusic(phone.calls);
  }

  /** Lets an element be heard on the chosen loudspeaker. */
  play(element: HTMLMediaElement): Unsubscribe {
    let off: Unsubscribe | undefined;
    let isOver = false;
    void this.#loaded.then(
      (devices) => {
        if (!isOver) off = devices.play(element);
      },
      () => undefined,
    );
    return () => {
      isOver = true;
      off?.();
    };
  }

  async run(command: OfMedia): Promise<void> {
    switch (command.type) {
      case 'use-devices':
        return this.#try(async (devices) => {
          for (const { kind, device } of command.choices) await devices.choose(kind, device);
        });
      case 'ask-for-speaker':
        return this.#try(async (devices) => devices.askForSpeaker());
      case 'process':
        return this.#try(async (devices) => devices.process(command.change));
      case 'try-device':
        return this.try(command.kind, command.on);
    }
  }

  /** Opens a device to try it, or lets it go. */
  async try(kind: Tried, on: boolean): Promise<void> {
    const before = this.#trials[kind];
    if (!on) {
      this.#opening.delete(kind);
      delete this.#trials[kind];
      before?.close();
      return this.#draw();
    }
    if (before !== undefined || this.#opening.has(kind)) return;
    const turn = Symbol(kind);
    this.#opening.set(kind, turn);
    const isOver = (): boolean => this.#opening.get(kind) !== turn;
    await this.#try(async (devices) => {
      if (isOver()) return;
      try {
        const trial = await devices.try(kind);
        if (isOver()) trial.close();
        else this.#trials[kind] = trial;
      } catch (error) {
        if (!isOver()) throw error;
      }
    });
    if (!isOver()) this.#opening.delete(kind);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#opening.clear();
    for (const trial of Object.values(this.#trials)) trial.close();
  }

  #follow(devices: Devices): Devices {
    this.#devices = devices;
    devices.on('changed', () => this.#draw());
    devices.on('moved', (moved) => this.#moved(moved));
    devices.on('appeared', (kind, device) => this.#appeared(kind, device));
    this.#draw();
    return devices;
  }

  async #try(work: (devices: Devices) => Promise<void>): Promise<void> {
    this.#problem = undefined;
    try {
      await work(await this.#loaded);
    } catch (error) {
      this.#problem = mediaProblem(error);
      if (this.#problem === undefined) this.#notice({ text: t.media.notUsable });
    }
    this.#draw();
  }

  /** Whoever is not in a call need not be told. */
  #moved({ kind, to, because }: Moved): void {
    if (this.#phone.calls.length === 0 || to === undefined) return;
    this.#notice({ text: (because === 'lost' ? t.media.lost : t.media.moved)[kind](nameOf(to)) });
  }

  #appeared(kind: DeviceKind, device: MediaDevice): void {
    if (this.#phone.calls.length === 0) return;
    this.#arrived.push({ kind, device });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const [first] = this.#arrived;
      const arrived = this.#arrived.splice(0);
      if (first === undefined) return;
      const choices = arrived.filter(({ device: { label } }) => label === first.device.label);
      this.#notice({
        text: t.media.appeared(nameOf(first.device)),
        action: { label: t.media.use, command: { type: 'use-devices', choices } },
      });
    }, togetherMs);
  }

  /** Whoever is put on hold hears music. */
  #playMusic(calls: readonly Call[]): void {
    for (const call of calls) {
      if (musical.has(call)) continue;
      musical.add(call);
      const begin = async (): Promise<void> => {
        if (!call.remote.held) return;
        off();
        const { playHoldMusic } = await import('@offhook/client/hold-music');
        const { element } = playHoldMusic(call);
        call.on('ended', this.play(element));
      };
      const off = call.on('change', () => void begin().catch(() => undefined));
      void begin().catch(() => undefined);
    }
  }

  #draw(): void {
    const devices = this.#devices;
    if (devices === undefined) return;
    const of = (kind: DeviceKind) => ({
      list: devices.list(kind),
      chosen: devices.chosen(kind),
      current: devices.current(kind),
    });
    const { microphone, camera } = this.#trials;
    this.set({
      media: {
        devices: { microphone: of('microphone'), camera: of('camera'), speaker: of('speaker') },
        processing: devices.processing,
        canBlur: devices.canBlur === true,
        speakers: !devices.canChooseSpeaker ? 'system' : devices.asksForSpeaker ? 'asked' : 'listed',
        trials: { microphone: microphone?.stream, camera: camera?.stream },
        problem: this.#problem,
      },
    });
  }
}

/** Calls whose music is seen to. */
const musical = new WeakSet<Call>();

/** Browsers add the maker's numbers (`Logi Webcam (046d:0825)`), which tell people nothing. */
function nameOf({ label }: MediaDevice): string {
  return label.replace(/ \([\da-f]{4}:[\da-f]{4}\)$/i, '');
}
