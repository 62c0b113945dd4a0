/** Devices that were never there. */
import type { MediaState } from '../src/view/media.ts';

const headset = { id: 'h', label: 'Jabra Evolve2 65 Mono (0b0e:24c7)' };
const builtIn = { id: 'b', label: 'Built-in microphone' };
const webcam = { id: 'c', label: 'FaceTime HD Camera' };
export const media: MediaState = {
  devices: {
    microphone: { list: [builtIn, headset], chosen: headset, current: headset },
    camera: { list: [webcam], current: webcam },
    speaker: { list: [builtIn], chosen: headset, current: builtIn },
  },
  processing: { noiseSuppression: true, echoCancellation: true, autoGainControl: false, backgroundBlur: true },
  canBlur: true,
  speakers: 'listed',
  trials: {},
};
