/** What a person has chosen in this browser, kept over reloads. */
import type { Keep } from '../platform.ts';

/** What a device is for. */
export type DeviceKind = 'microphone' | 'camera' | 'speaker';

/** A device as a person tells it from others. */
export interface MediaDevice {
  /** As the browser names it to this page (W3C Media Capture, `deviceId`). */
  readonly id: string;
  readonly label: string;
}

/** What the browser does to sound and picture before they are sent. */
export interface Processing {
  /** What comes from the loudspeaker is taken out of what the microphone hears. */
  readonly echoCancellation: boolean;
  /** Fans, keyboards and streets are made quieter. */
  readonly noiseSuppression: boolean;
  /** Quiet voices are made louder. */
  readonly autoGainControl: boolean;
  /** What is behind the person is blurred; see `canBlur`. */
  readonly backgroundBlur: boolean;
}

export interface Choices {
  readonly devices: Readonly<Partial<Record<DeviceKind, MediaDevice>>>;
  readonly processing: Processing;
}

const key = 'offhook media';
const kinds: readonly DeviceKind[] = ['microphone', 'camera', 'speaker'];
const usual: Processing = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  backgroundBlur: false,
};

/** What was kept; anything that is not understood counts as not chosen. */
export function readChoices(keep: Keep): Choices {
  const kept = parse(keep.getItem(key));
  const devices: Partial<Record<DeviceKind, MediaDevice>> = {};
  for (const kind of kinds) {
    const { id, label } = record(record(kept['devices'])[kind]);
    if (typeof id === 'string' && typeof label === 'string') devices[kind] = { id, label };
  }
  const processing = { ...usual };
  for (const name of Object.keys(usual) as (keyof Processing)[]) {
    const value = record(kept['processing'])[name];
    if (typeof value === 'boolean') processing[name] = value;
  }
  return { devices, processing };
}

export function writeChoices(keep: Keep, choices: Choices): void {
  keep.setItem(key, JSON.stringify(choices));
}

function parse(text: string | null): Record<string, unknown> {
  try {
    return record(JSON.parse(text ?? '{}'));
  } catch {
    return {};
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
