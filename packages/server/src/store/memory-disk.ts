import type { Address, CallId, CallRecord, DeviceId, Instant } from '@offhook/core';
import type { StoredDevice, StoredUser, StoreError, Write } from '../ports.ts';
import type { CarriedOut } from '../ports/requests.ts';
import type { StoredFile } from '../ports/files.ts';
import { greetingPlace, picturePlace } from '../ports/people.ts';
import { MemoryEvents } from './memory-events.ts';
import { MemoryConversations } from './memory-conversations.ts';
import { refusal } from './refusal.ts';
import { MemoryAccounts } from './memory-accounts.ts';
import { MemoryPeople } from './memory-people.ts';
import { MemoryPushes } from './memory-pushes.ts';
import { MemoryMeetings } from './memory-meetings.ts';
import { MemorySessions } from './memory-sessions.ts';
import { MemorySipPhones } from './memory-sip-phones.ts';
import { MemoryNumbers } from './memory-numbers.ts';
import { MemoryTrunks } from './memory-trunks.ts';
import { MemoryVoicemails } from './memory-voicemails.ts';
import { nameKeys } from './people.ts';

export interface Numbered {
  readonly number: number;
  readonly record: CallRecord;
}

/** What stays when the process goes: everything that was committed. A MemoryStore opened on it finds it as a restart would. */
export class MemoryDisk {
  /** Of the store that may write. */
  generation: number = 0;
  readonly users: Map<Address, StoredUser> = new Map();
  /** Whose a name is, by its key. */
  readonly names: Map<string, Address> = new Map();
  readonly devices: Map<DeviceId, StoredDevice> = new Map();
  /** Live calls as JSON: what is read back is what JSON keeps, and nobody can change it from outside. */
  readonly calls: Map<CallId, string> = new Map();
  readonly records: Map<CallId, Numbered> = new Map();
  readonly recordsOf: Map<Address, Numbered[]> = new Map();
  readonly events: MemoryEvents = new MemoryEvents();
  readonly files: Map<string, StoredFile> = new Map();
  readonly secrets: Map<string, string> = new Map();
  readonly conversations: MemoryConversations = new MemoryConversations((address) => this.users.get(address));
  readonly accounts: MemoryAccounts = new MemoryAccounts();
  readonly people: MemoryPeople = new MemoryPeople(this.users);
  readonly pushes: MemoryPushes = new MemoryPushes();
  readonly sessions: MemorySessions = new MemorySessions();
  readonly meetings: MemoryMeetings = new MemoryMeetings();
  readonly sipPhones: MemorySipPhones = new MemorySipPhones(this.devices);
  readonly trunks: MemoryTrunks = new MemoryTrunks();
  readonly numbers: MemoryNumbers = new MemoryNumbers();
  readonly voicemails: MemoryVoicemails = new MemoryVoicemails();
  /** By the ids of what was made. */
  readonly requests: Map<string, CarriedOut> = new Map();

  /** What happened, by position. */
  get outbox(): MemoryEvents['log'] {
    return this.events.log;
  }

  /** All of these writes, or none and why not. */
  apply(writes: readonly Write[]): StoreError | undefined {
    if (writes.some((write) => write.type === 'new_call' && this.records.has(write.state.id))) return refusal('call_exists');
    if (this.conversations.refuses(writes)) return refusal('entry_exists');
    if (!this.accounts.hasUses(writes)) return refusal('invite_used');
    if (!this.#takeNames(writes)) return refusal('name_taken');
    for (const write of writes) this.#write(write);
    return undefined;
  }

  #write(write: Write): void {
    switch (write.type) {
      case 'call':
      case 'new_call':
        if (write.state.kind === 'ended') this.calls.delete(write.state.id);
        else this.calls.set(write.state.id, JSON.stringify(write.state));
        return;
      case 'record':
        this.#record(write.record);
        return;
      case 'outbox':
      case 'settled':
      case 'again':
      case 'events_gone':
      case 'webhook':
      case 'deliveries_gone':
      case 'webhook_gone':
        return this.events.write(write);
      case 'new_user':
      case 'user':
        this.#keepUser(write.user);
        return;
      case 'device':
        this.devices.set(write.device.id, write.device);
        return;
      case 'device_seen': {
        const device = this.devices.get(write.device);
        if (device !== undefined) this.devices.set(device.id, { ...device, seenAt: write.at });
        return;
      }
      case 'device_named': {
        const device = this.devices.get(write.device);
        if (device !== undefined) this.devices.set(device.id, { ...device, name: write.name });
        return;
      }
      case 'device_gone':
        this.devices.delete(write.device);
        this.pushes.write({ type: 'push_off', device: write.device });
        this.sipPhones.gone(write.device);
        return;
      case 'file':
        if (!this.files.has(write.file.file)) this.files.set(write.file.file, write.file);
        return;
      case 'file_said': {
        const file = this.files.get(write.file);
        if (file !== undefined) this.files.set(write.file, { ...file, conversation: write.conversation });
        return;
      }
      case 'file_gone':
        this.files.delete(write.file);
        return;
      case 'account':
      case 'invite':
      case 'invite_use':
      case 'invite_gone':
      case 'login':
      case 'revoke':
        return this.accounts.write(write);
      case 'guests_gone':
        return this.#forgetGuests(write.before);
      case 'profile':
      case 'seen':
      case 'contact':
      case 'no_contact':
      case 'block':
        return this.people.write(write);
      case 'push_on':
      case 'push_off':
      case 'push_owed':
      case 'push_told':
        return this.pushes.write(write);
      case 'session':
      case 'recording':
      case 'recording_complete':
      case 'recording_gone':
      case 'participant':
      case 'participant_gone':
      case 'participants_gone':
        return this.sessions.write(write);
      case 'meeting':
      case 'mail':
      case 'mail_gone':
        return this.meetings.write(write);
      case 'sip_phone':
      case 'sip_bindings':
        return this.sipPhones.write(write);
      case 'trunk':
      case 'trunk_gone':
      case 'outgoing':
      case 'user_outgoing':
      case 'trunk_usage':
      case 'trunk_usage_gone':
        return this.trunks.write(write);
      case 'number':
      case 'number_gone':
        return this.numbers.write(write);
      case 'voicemail':
      case 'voicemail_gone':
      case 'greeting':
        return this.voicemails.write(write);
      case 'request':
        if (!this.requests.has(write.request.id)) this.requests.set(write.request.id, write.request);
        return;
      case 'requests_gone':
        for (const { id, at } of this.requests.values()) if (at < write.before) this.requests.delete(id);
        return;
      default:
        this.conversations.apply(write);
    }
  }

  #forgetGuests(before: Instant): void {
    const isOver = (user: Address): boolean => this.accounts.isOver(user, before);
    const gone = this.accounts.over(before).filter((guest) => this.conversations.othersOf(guest).every(isOver));
    for (const guest of gone) {
      this.users.delete(guest);
      for (const [key, owner] of this.names) if (owner === guest) this.names.delete(key);
      for (const { id, user } of this.devices.values()) if (user === guest) this.#write({ type: 'device_gone', device: id });
      this.people.forget(guest);
      this.voicemails.write({ type: 'greeting', user: guest });
      this.conversations.forget(guest);
      this.accounts.forget(guest);
    }
    const empty = this.conversations.dropEmpty(before);
    for (const { file, owner, conversation } of this.files.values()) {
      const isOwn = conversation === undefined || conversation === picturePlace || conversation === greetingPlace;
      const isTheirs = isOwn && gone.includes(owner);
      if (isTheirs || (conversation !== undefined && empty.has(conversation))) this.files.delete(file);
    }
  }

  /** What is stored apart stays as it is. */
  #keepUser({ profile: _profile, seenAt: _seenAt, ...user }: StoredUser): void {
    const { profile, seenAt } = this.users.get(user.address) ?? {};
    this.users.set(user.address, { ...user, ...(profile && { profile }), ...(seenAt !== undefined && { seenAt }) });
  }

  /** A call ends once: what was recorded first holds. */
  #record(record: CallRecord): void {
    if (this.records.has(record.call)) return;
    const numbered: Numbered = { number: this.records.size + 1, record };
    this.records.set(record.call, numbered);
    for (const { address } of record.secret ? [record.caller] : [record.caller, record.callee]) {
      const others = this.recordsOf.get(address);
      if (others === undefined) this.recordsOf.set(address, [numbered]);
      else others.push(numbered);
    }
  }

  /** Gives users their names and frees those they had; changes nothing and says false when one belongs to somebody else. */
  #takeNames(writes: readonly Write[]): boolean {
    const undo: (() => void)[] = [];
    const put = (key: string, owner: Address | undefined): void => {
      const before = this.names.get(key);
      undo.push(() => (before === undefined ? this.names.delete(key) : this.names.set(key, before)));
      if (owner === undefined) this.names.delete(key);
      else this.names.set(key, owner);
    };
    const present = new Map<Address, StoredUser>();
    for (const write of writes) {
      if (write.type !== 'user' && write.type !== 'new_user') continue;
      const { address } = write.user;
      const before = present.get(address) ?? this.users.get(address);
      const keys = nameKeys(write.user);
      const taken = keys.some((key) => (this.names.get(key) ?? address) !== address);
      if (taken || (write.type === 'new_user' && before !== undefined)) {
        for (const step of undo.reverse()) step();
        return false;
      }
      for (const key of before === undefined ? [] : nameKeys(before)) put(key, undefined);
      for (const key of keys) put(key, address);
      present.set(address, write.user);
    }
    return true;
  }
}

/** Devices with what is stored of them apart. */
export function shown({ sipPhones }: MemoryDisk): (device: StoredDevice) => StoredDevice {
  return (device) => (sipPhones.has(device.id) ? { ...device, phone: true } : device);
}
