/** Which devices there are (W3C Media Capture and Streams §9). */
import type { DeviceKind, MediaDevice } from './choices.ts';

/** One look at the devices. */
export interface Present {
  readonly devices: Readonly<Record<DeviceKind, readonly Known[]>>;
  /** The device that is behind "default", where the browser says: Chromium lists that as one more device, with the same group. */
  readonly usual: Readonly<Partial<Record<DeviceKind, Known>>>;
}

interface Known extends MediaDevice {
  readonly group: string;
}

const kindOf: Readonly<Record<MediaDeviceKind, DeviceKind>> = {
  audioinput: 'microphone',
  videoinput: 'camera',
  audiooutput: 'speaker',
};
/** Entries that stand for another one of the list. */
const stands: ReadonlySet<string> = new Set(['default', 'communications']);

export const nothingPresent: Present = { devices: { microphone: [], camera: [], speaker: [] }, usual: {} };

export function presentIn(infos: readonly MediaDeviceInfo[]): Present {
  const devices: Record<DeviceKind, Known[]> = { microphone: [], camera: [], speaker: [] };
  const usual: Partial<Record<DeviceKind, Known>> = {};
  for (const { kind, deviceId: id, label, groupId: group } of infos)
    // Without leave browsers say only that there is one.
    if (id !== '' && !stands.has(id)) devices[kindOf[kind]].push({ id, label, group });
  for (const { kind, deviceId, label, groupId } of infos) {
    if (deviceId !== 'default') continue;
    const behind = devices[kindOf[kind]].find(({ group }) => group === groupId);
    usual[kindOf[kind]] = behind ?? { id: deviceId, label, group: groupId };
  }
  return { devices, usual };
}

/** The device of a choice, if it is there. Ids are given anew when a person clears what pages have kept; the name stays. */
export function findIn({ devices }: Present, kind: DeviceKind, chosen: MediaDevice | undefined): MediaDevice | undefined {
  const list = devices[kind];
  return list.find(({ id }) => id === chosen?.id) ?? list.find(({ label }) => label !== '' && label === chosen?.label);
}

/** Those that were not there before. When nothing was known, nothing is new. */
export function arrivedIn(now: Present, before: Present, kind: DeviceKind): readonly MediaDevice[] {
  const known = before.devices[kind];
  return known.length === 0 ? [] : now.devices[kind].filter(({ id }) => known.every((one) => one.id !== id));
}
