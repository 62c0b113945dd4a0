/** Values for the suites of this folder. */
import { defaultSettings } from '@offhook/core';
import type { Active, CallRecord, CallState, End, Ringing } from '@offhook/core';
import type { OutboxEntry } from '../../packages/server/src/ports/events.ts';
import type { StoredVoicemail } from '../../packages/server/src/ports/voicemail.ts';
import type { StoredDevice, StoredUser } from '../../packages/server/src/ports.ts';

export function user(name: string, more: Partial<StoredUser> = {}): StoredUser {
  return { address: name.toLowerCase(), name, settings: defaultSettings, createdAt: 1_700_000_000_000, ...more };
}

export function device(id: string, owner: string, more: Partial<StoredDevice> = {}): StoredDevice {
  return {
    id,
    user: owner,
    name: 'Firefox',
    tokenDigest: `digest of ${id}`,
    createdAt: 1_700_000_000_000,
    seenAt: 1_700_000_100_000,
    ...more,
  };
}

function end(name: string): End {
  return {
    person: { address: name.toLowerCase(), name },
    device: `${name}-device`,
    deviceName: 'Chrome on Linux',
    connection: `${name}-connection`,
    side: { n: 0, held: false, muted: false, camera: false },
    media: 'connecting',
    mediaSince: 1_700_000_000_000,
    candidates: [{ candidate: 'candidate:1 1 udp 2 192.0.2.1 9 typ host', sdpMid: '0', usernameFragment: null }],
    end: false,
  };
}

export function ringing(id: string, more: Partial<Ringing> = {}): Ringing {
  return {
    kind: 'ringing',
    id,
    media: { audio: true, video: false },
    epoch: 1,
    startedAt: 1_700_000_000_000,
    caller: end('Alice'),
    callee: { address: 'bob', name: 'Bob' },
    offer: { type: 'offer', sdp: 'v=0\r\n' },
    waiting: false,
    legs: { 'bob-device': 'invited' },
    ringUntil: 1_700_000_045_000.5,
    ...more,
  };
}

export function withoutOffer(id: string): Ringing {
  const { offer: _offer, ...rest } = ringing(id, {
    origin: { transferredBy: { address: 'carol', name: 'Carol' } },
    via: ['dave'],
    replaces: { caller: ['call-0'] },
  });
  return rest;
}

export function active(id: string, more: Partial<Active> = {}): Active {
  const { media, epoch, startedAt, caller } = ringing(id);
  return { kind: 'active', id, media, epoch, startedAt, caller, callee: end('Bob'), answeredAt: 1_700_000_005_000, ...more };
}

export function ended(id: string): CallState {
  return { kind: 'ended', id, cause: 'hangup', caller: 'alice', callee: 'bob' };
}

export function record(call: string, more: Partial<CallRecord> = {}): CallRecord {
  return {
    call,
    caller: { address: 'alice', name: 'Alice' },
    callee: { address: 'bob', name: 'Bob' },
    media: { audio: true, video: false },
    startedAt: 1_700_000_000_000,
    connectedAt: 1_700_000_001_000,
    endedAt: 1_700_000_061_000,
    cause: 'hangup',
    ...more,
  };
}

export function outboxEntry(call: string, event = 'call.ringing'): OutboxEntry {
  return { event, about: call, at: 1_700_000_000_000, body: JSON.stringify({ type: event, data: { call } }) };
}

/** A message that was left for somebody, and not heard yet. */
export function voicemail(id: string, owner: string, more: Partial<StoredVoicemail> = {}): StoredVoicemail {
  return {
    id,
    user: owner,
    from: { address: 'alice', name: 'Alice' },
    call: `call of ${id}`,
    at: 1_700_000_000_000,
    kept: { durationMs: 4_000, file: `file of ${id}` },
    ...more,
  };
}
