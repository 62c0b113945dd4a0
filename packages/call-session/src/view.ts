/** What all surfaces show of a call: one picture, one title, one clock, one order of buttons. Pure. */
import type { Reading } from './connection.ts';
import type {
  CallSessionButton,
  CallSessionInit,
  CallSessionKind,
  CallSessionSending,
  CallSessionState,
  CallSessionTexts,
} from './types.ts';

export type Icon = 'microphone' | 'camera' | 'screen' | 'hangup' | 'window';

export interface ViewButton extends CallSessionButton {
  /** What is drawn where the button has no icon of its own. */
  readonly draw?: Icon;
  /** Its icon is crossed out. */
  readonly off?: boolean;
}

export interface View {
  readonly id: string;
  readonly init: CallSessionInit;
  readonly texts: CallSessionTexts;
  readonly state: CallSessionState;
  readonly kind: CallSessionKind;
  readonly header: string;
  readonly subtext: string;
  /** "36:46" */
  readonly clock: string;
  /** In seconds. */
  readonly duration: number;
  readonly artwork: readonly MediaImage[];
  /** Who or what is drawn where there is no picture. */
  readonly initials: string;
  readonly sending: CallSessionSending;
  /** "Sending microphone, camera" */
  readonly sendingText: string;
  /** Microphone, camera, screen, then those of the application, at last Hang up. */
  readonly buttons: readonly ViewButton[];
  readonly video: MediaStreamTrack | undefined;
}

export interface Now {
  readonly id: string;
  readonly state: CallSessionState;
  /** In seconds. */
  readonly duration: number;
  readonly readings: readonly Reading[];
  /** Told when a function of the application throws. */
  readonly report: (error: unknown) => void;
}

const english: CallSessionTexts = {
  inCall: 'You are in a call',
  talkingWith: 'You are talking with {peer}',
  duration: 'Duration {time}',
  reconnecting: 'Reconnecting…',
  sending: 'Sending {what}',
  sendingNothing: 'Sending nothing',
  microphone: 'microphone',
  camera: 'camera',
  screen: 'screen',
  mute: 'Mute',
  unmute: 'Unmute',
  cameraOff: 'Turn camera off',
  cameraOn: 'Turn camera on',
  stopSharing: 'Stop sharing the screen',
  miniWindow: 'Open in a small window',
  hangUp: 'Hang up',
};

export function viewOf(init: CallSessionInit, now: Now): View {
  const texts = { ...english, ...init.texts };
  const kind = kindOf(init, now.readings);
  const sending = sendingOf(init, now.readings);
  const what = (['microphone', 'camera', 'screen'] as const).filter((one) => sending[one]).map((one) => texts[one]);
  const name = init.peer?.name;
  const header = textOf(init.header ?? (name === undefined ? texts.inCall : fill(texts.talkingWith, name)));
  const clock = clockOf(now.duration);
  const own = kind === 'audio' ? init.peer?.avatar : undefined;
  return {
    id: now.id,
    init,
    texts,
    state: now.state,
    kind,
    header,
    clock,
    subtext: now.state === 'reconnecting' ? texts.reconnecting : subtextOf(init, now, fill(texts.duration, clock)),
    duration: now.duration,
    artwork: [own, init.artwork, init.peer?.avatar].find((list) => list !== undefined && list.length > 0) ?? [],
    initials: initialsOf(name ?? header),
    sending,
    sendingText: what.length === 0 ? texts.sendingNothing : fill(texts.sending, what.join(', ')),
    buttons: buttonsOf(init, now.readings, { kind, sending, texts }),
    video: kind === 'audio' ? undefined : pictureOf(init, now.readings),
  };
}

const two = (value: number): string => String(value % 60).padStart(2, '0');

/** "0:09", "36:46", "1:00:00" */
export function clockOf(seconds: number): string {
  const whole = Math.floor(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}:${two(whole)}` : `${Math.floor(minutes / 60)}:${two(minutes)}:${two(whole)}`;
}

/** Applications are not all in TypeScript. */
export const textOf = (value: unknown): string => String(value);

/** The address of an image that may be loaded, made absolute: http(s), blob and data of images. Everything else is undefined. */
export function safeImage(address: unknown, base: string): string | undefined {
  if (typeof address !== 'string') return undefined;
  const url = URL.parse(address, base);
  return url !== null && /^(?:https?:|blob:|data:image\/)/i.test(url.href) ? url.href : undefined;
}

/** Pictures of other addresses than `safeImage` lets pass are left out. */
export function safeArtwork(images: readonly MediaImage[] | undefined, base: string): MediaImage[] {
  return [...(images ?? [])].flatMap((image) => {
    const src = safeImage(image?.src, base);
    return src === undefined ? [] : { ...image, src };
  });
}

/** Audio: between two, without pictures in either direction. */
export function kindOf({ kind = 'auto' }: CallSessionInit, readings: readonly Reading[]): CallSessionKind {
  if (kind !== 'auto') return kind;
  const up = readings.filter(({ media, state }) => media && state !== 'closed');
  if (up.reduce((sum, { voices }) => sum + Math.max(1, voices), 0) > 1) return 'group';
  return up.some(({ video }) => video) ? 'video' : 'audio';
}

/** The word of the application takes something away at most: nobody can say that something is sent that is not. */
function sendingOf({ sending }: CallSessionInit, readings: readonly Reading[]): CallSessionSending {
  const any = (what: keyof CallSessionSending): boolean =>
    sending?.[what] !== false && readings.some((reading) => reading[what].some((track) => reading.sent.has(track)));
  return { microphone: any('microphone'), camera: any('camera'), screen: any('screen') };
}

function pictureOf({ picture }: CallSessionInit, readings: readonly Reading[]): MediaStreamTrack | undefined {
  return picture === undefined ? readings.find((reading) => reading.picture)?.picture : (picture ?? undefined);
}

function subtextOf({ subtext }: CallSessionInit, { duration, state, report }: Now, usual: string): string {
  if (typeof subtext !== 'function') return textOf(subtext ?? usual);
  try {
    return textOf(subtext({ duration, state }));
  } catch (error) {
    report(error);
    return usual;
  }
}

interface Looks {
  readonly kind: CallSessionKind;
  readonly sending: CallSessionSending;
  readonly texts: CallSessionTexts;
}

function buttonsOf(init: CallSessionInit, readings: readonly Reading[], looks: Looks): ViewButton[] {
  const { kind, sending, texts } = looks;
  const has = (what: keyof CallSessionSending): boolean =>
    init.sending?.[what] !== undefined || readings.some((reading) => reading[what].length > 0);
  const list: ViewButton[] = [];
  const toggle = (draw: 'microphone' | 'camera', on: string, off: string): void => {
    const isOn = sending[draw];
    if (has(draw)) list.push({ action: `toggle${draw}`, title: isOn ? off : on, draw, off: !isOn });
  };
  toggle('microphone', texts.unmute, texts.mute);
  if (kind !== 'audio') toggle('camera', texts.cameraOn, texts.cameraOff);
  if (has('screen')) list.push({ action: 'togglescreenshare', title: texts.stopSharing, draw: 'screen', pressed: true });
  list.push(...(init.buttons ?? []).toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0)));
  if (init.hangup === false) return list;
  return [
    ...list,
    {
      draw: 'hangup',
      role: 'destructive',
      ...init.hangup,
      title: textOf(init.hangup?.title ?? texts.hangUp),
      action: 'hangup',
    },
  ];
}

function initialsOf(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const [first = '', second = ''] = [words[0], words.length > 1 ? words.at(-1) : ''];
  return `${[...first][0] ?? ''}${[...second][0] ?? ''}`.toLocaleUpperCase();
}

/** A function, because `replaceAll` reads `$&` in a text. */
function fill(text: string, value: string): string {
  return text.replace(/\{\w+\}/, () => value);
}
