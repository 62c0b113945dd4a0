import { describe, expect, it } from 'vitest';
import { alice, aliceLaptop, bob, bobPhone, Drive, t0, told } from './call.fixture.ts';
import { did, said, talked, Drive as EndpointDrive, call } from './endpoint.fixture.ts';
import { newEnd } from './outcome.ts';
import { offer } from './call.fixture.ts';
import { viewOf } from './view.ts';

const meeting = { meeting: 'meeting-of-alice-and-bob', title: 'Tea' };

describe('two who were in a meeting', () => {
  it('[C68] are in a call from its beginning, and both pages hear of it', () => {
    const drive = new Drive();
    const caller = newEnd(aliceLaptop, t0, true);
    const effects = drive.feed({ type: 'joined', origin: { meeting }, caller, callee: newEnd(bobPhone, t0, false), epoch: 1 });
    expect(told(effects)).toEqual(['alice/laptop/1: incoming', 'bob/phone/1: incoming']);
    expect(effects).toContainEqual({ type: 'announce', event: 'call.accepted' });
    expect(effects.filter(({ type }) => type === 'occupies')).toHaveLength(2);
    const { state } = drive;
    expect(viewOf(state, 'alice', aliceLaptop.connection, t0)).toMatchObject({
      role: 'caller',
      peer: bob,
      stage: 'active',
      here: true,
      media: { audio: true, video: true },
      mine: { camera: true },
      meeting,
    });
    expect(viewOf(state, 'bob', bobPhone.connection, t0)).toMatchObject({ role: 'callee', peer: alice, here: true, meeting });
    drive.feed({ type: 'hangup', from: bobPhone });
    expect(drive.all).toContainEqual(
      expect.objectContaining({ type: 'record', record: expect.objectContaining({ cause: 'hangup', origin: { meeting } }) }),
    );
  });
});

describe('a page that hears of a call that is active', () => {
  it('[E44] opens its first epoch as the caller', () => {
    const drive = new EndpointDrive();
    const mine = { n: 0, held: false, muted: true, camera: false };
    const effects = drive.feed({ type: 'incoming', view: talked({ role: 'caller', peer: bob, epoch: 1, meeting, mine }) });
    expect(did(effects)).toEqual(['open 2']);
    expect(drive.kind('opening')).toMatchObject({ call, role: 'caller', peer: bob, meeting, mine, server: 'active' });
    expect(said(drive.feed({ type: 'offer_ready', epoch: 2, offer: offer('2') }))).toEqual(['describe']);
  });

  it('[E44] waits for the offer as the callee', () => {
    const drive = new EndpointDrive();
    expect(did(drive.feed({ type: 'incoming', view: talked({ epoch: 1, meeting }) }))).toEqual([]);
    expect(drive.kind('connecting')).toMatchObject({ role: 'callee', peer: alice, epoch: 1, meeting });
    expect(did(drive.feed({ type: 'described', epoch: 2, description: offer('2') }))).toEqual(['remote 2', 'capture']);
  });
});
