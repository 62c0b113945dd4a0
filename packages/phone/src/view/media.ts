/** Microphone, camera and loudspeaker as the screens show them. */
import type { DeviceKind, MediaDevice, Processing } from '@offhook/client/devices';
import type { MediaProblem } from './state.ts';

export interface MediaState {
  readonly devices: Readonly<Record<DeviceKind, DeviceChoice>>;
  readonly processing: Processing;
  readonly canBlur: boolean;
  /** `asked`: the browser itself shows which there are. */
  readonly speakers: 'listed' | 'asked' | 'system';
  /** What is being tried: heard by a meter, seen in a picture. */
  readonly trials: { readonly microphone?: MediaStream | undefined; readonly camera?: MediaStream | undefined };
  readonly problem?: MediaProblem | undefined;
}

export interface DeviceChoice {
  readonly list: readonly MediaDevice[];
  readonly chosen?: MediaDevice | undefined;
  readonly current?: MediaDevice | undefined;
}

export type { DeviceKind, MediaDevice, Processing };
