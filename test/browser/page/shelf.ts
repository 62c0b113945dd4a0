/** Devices that are pulled out and put back: browsers have fake ones, but none that goes. */

const away = new Set<string>();
const open = new Set<MediaStreamTrack>();
const native = {} as Pick<MediaDevices, 'enumerateDevices' | 'getUserMedia'>;

/** Must run before anything else uses the browser's media. */
export function shelve(): void {
  const { mediaDevices } = navigator;
  native.enumerateDevices = mediaDevices.enumerateDevices.bind(mediaDevices);
  native.getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.enumerateDevices = async () => (await native.enumerateDevices()).filter(({ label }) => !away.has(label));
  mediaDevices.getUserMedia = async (constraints = {}) => {
    const audio = await among('audioinput', constraints.audio);
    const video = await among('videoinput', constraints.video);
    const stream = await native.getUserMedia({ ...constraints, audio, video });
    for (const track of stream.getTracks()) watch(track);
    return stream;
  };
}

/** Pulls a device out: it is no longer listed, and what it gave has ended. */
export async function pullOut(label: string): Promise<void> {
  away.add(label);
  for (const track of open) {
    if (track.label !== label || track.readyState === 'ended') continue;
    track.stop();
    track.dispatchEvent(new Event('ended'));
  }
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
}

export function putBack(label: string): void {
  away.delete(label);
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
}

/** What is asked for, of those that are there. */
async function among(
  kind: MediaDeviceKind,
  wanted: boolean | MediaTrackConstraints = false,
): Promise<boolean | MediaTrackConstraints> {
  if (wanted === false || away.size === 0) return wanted;
  const all = (await native.enumerateDevices()).filter((one) => one.kind === kind && one.deviceId !== 'default');
  const left = all.filter(({ label }) => !away.has(label));
  if (left.length === 0) throw new DOMException('Requested device not found', 'NotFoundError');
  const { deviceId, ...rest } = wanted === true ? {} : wanted;
  const { exact, ideal } = (deviceId ?? {}) as { exact?: string; ideal?: string };
  const chosen = left.find((one) => one.deviceId === (exact ?? ideal));
  if (chosen === undefined && exact !== undefined) throw new OverconstrainedError('deviceId', '');
  return { ...rest, deviceId: { exact: (chosen ?? left[0])?.deviceId ?? '' } };
}

function watch(track: MediaStreamTrack): void {
  open.add(track);
  const clone = track.clone.bind(track);
  track.clone = () => {
    const copy = clone();
    watch(copy);
    return copy;
  };
}
