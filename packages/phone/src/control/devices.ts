import type { Identity, Phone } from '@offhook/client';
import type { People } from '@offhook/client/people';
import type { Device, DeviceId } from '@offhook/core';
import type { OfDevices } from '../view/commands.ts';
import { t } from '../texts/texts.ts';
import { inSentence } from '../view/names.ts';
import type { Notice, SettingsState } from '../view/state.ts';
import { DeviceLinkControl } from './device-link.ts';
import { Part } from './part.ts';
import type { SipPhonesControl } from './sip-phones.ts';
import type { VoicemailControl } from './voicemail.ts';

/** A device that was added connects within this time: it is looked at once more. */
const connectsMs = 2_000;

/** Where the person is signed in; asked for when somebody looks, and again when that has changed. */
export class DevicesControl extends Part<{ readonly list?: readonly Device[] | undefined }> {
  readonly #phone: Phone;
  readonly #own: People;
  readonly #say: (notice: Notice) => void;
  readonly #loadPhones: () => Promise<SipPhonesControl>;
  readonly #loadVoicemail: () => Promise<VoicemailControl>;
  /** Once somebody has looked. */
  #phones: SipPhonesControl | undefined;
  #voicemail: VoicemailControl | undefined;
  readonly link: DeviceLinkControl;

  constructor(phone: Phone, own: People, identity: Identity, changed: () => void, say: (notice: Notice) => void) {
    super({}, changed);
    this.#phone = phone;
    this.#own = own;
    this.#say = say;
    this.#loadPhones = async () => {
      const { SipPhonesControl: Control } = await import('./sip-phones.ts');
      return (this.#phones ??= new Control(phone, changed));
    };
    this.#loadVoicemail = async () => {
      const { VoicemailControl: Control } = await import('./voicemail.ts');
      return (this.#voicemail ??= new Control(phone, changed));
    };
    this.link = new DeviceLinkControl(identity, changed);
    // What cannot be asked now is asked when somebody looks.
    own.on('devices', () => void this.#update().catch(() => undefined));
  }

  get settings(): Pick<SettingsState, 'deviceLink' | 'devices' | 'phones' | 'voicemailBox'> {
    const { list: devices } = this.state;
    const [phones, voicemailBox] = [this.#phones?.state.phones, this.#voicemail?.state.box];
    return { deviceLink: this.link.state.link, devices, phones, voicemailBox };
  }

  async run(command: OfDevices): Promise<void> {
    switch (command.type) {
      case 'add-device':
        return this.#openLink(command.open);
      case 'name-device':
        await this.#own.nameDevice(command.device, command.name);
        return this.refresh();
      case 'remove-device':
        return this.#remove(command.device);
      case 'phones':
        return (await this.#loadPhones()).run(command.what);
      case 'greeting':
        return (await this.#loadVoicemail()).greet(command.sound);
    }
  }

  async #openLink(open: boolean): Promise<void> {
    if (open) return this.link.make();
    this.link.putAway();
    return this.refresh();
  }

  async refresh(): Promise<void> {
    const phones = this.#loadPhones().then((control) => control.refresh());
    const voicemail = this.#loadVoicemail().then((control) => control.refresh());
    this.set({ list: await this.#phone.devices() });
    await Promise.all([phones, voicemail]);
  }

  async #remove(device: DeviceId): Promise<void> {
    await this.#phone.removeDevice(device);
    // Signed out itself, this page is closed in a moment.
    if (device !== this.#phone.device.id) await this.refresh();
  }

  /** A link works once: whoever has come in by it is said, and it is put away. */
  async #update(): Promise<void> {
    const before = this.state.list;
    if (before === undefined) return;
    await this.refresh();
    const added = this.state.list?.find(({ id }) => before.every((one) => one.id !== id));
    if (added?.connected === false) setTimeout(() => void this.refresh().catch(() => undefined), connectsMs);
    if (added === undefined || this.link.state.link.kind !== 'ready') return;
    this.link.putAway();
    this.#say({ text: t.settings.deviceAdded(inSentence(added.name)) });
  }
}
