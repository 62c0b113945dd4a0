import { describe, expect, it } from 'vitest';
import { alice, bob, carol, offer, side } from './call.fixture.ts';
import { call, calleeActive, callerActive, claiming, did, reconnecting, ringingOut, said, talked } from './endpoint.fixture.ts';
import type { CallView } from '../protocol/signaling.ts';

const next = 'call-the-next-one';

/** The call in which this side goes on. */
function led(role: 'caller' | 'callee', change: Partial<CallView> = {}): { type: 'resync'; view: CallView } {
  const from = { replaces: call, transferredBy: bob };
  return { type: 'resync', view: talked({ call: next, role, peer: carol, epoch: 3, ...from, ...change }) };
}

describe('a side that is led on', () => {
  it.each([
    ['calling', ringingOut],
    ['answering', claiming],
    ['active', callerActive],
    ['reconnecting', reconnecting],
  ])('[E41] opens the first epoch of the new call as its caller: %s', (_name, start) => {
    const drive = start();
    const effects = drive.feed(led('caller'));
    expect(did(effects)).toEqual(['part', 'open 4']);
    expect(drive.kind('opening')).toMatchObject({
      call: next,
      role: 'caller',
      peer: carol,
      transferredBy: bob,
      server: 'active',
    });
    expect(drive.state).toMatchObject({ connectedAt: undefined });
    expect(said(drive.feed({ type: 'offer_ready', epoch: 4, offer: offer('4') }))).toEqual(['describe']);
    expect(drive.all.at(-1)).toMatchObject({ message: { call: next, epoch: 4 } });
  });

  it('[E41] waits for the offer as the callee', () => {
    const drive = calleeActive();
    expect(did(drive.feed(led('callee', { peer: alice })))).toEqual(['part']);
    expect(drive.kind('connecting')).toMatchObject({ call: next, role: 'callee', peer: alice, epoch: 3 });
    expect(did(drive.feed({ type: 'described', epoch: 4, description: offer('4') }))).toEqual(['remote 4', 'capture']);
  });

  it('[E42] goes on as it is, and says so', () => {
    const drive = callerActive();
    drive.feed({ type: 'update', change: { muted: true } });
    const effects = drive.feed(led('caller', { mine: side(0), theirs: side(5, { held: true }) }));
    expect(effects).toContainEqual({
      type: 'send',
      message: { type: 'update', call: next, side: side(2, { muted: true, screen: false }) },
    });
    expect(drive.state).toMatchObject({ mine: side(2, { muted: true }), theirs: side(5, { held: true }) });
  });

  it.each(['caller', 'callee'] as const)('[E42] shows its screen no more, and says so: as the %s', (role) => {
    const drive = callerActive();
    drive.feed({ type: 'update', change: { camera: true, screen: true } });
    const mine = side(2, { camera: true, screen: false });
    const effects = drive.feed(led(role, { mine: side(1, { camera: true, screen: true }) }));
    expect(effects).toContainEqual({ type: 'send', message: { type: 'update', call: next, side: mine } });
    expect(drive.state).toMatchObject({ mine });
    // The page, which ends what it has captured, has nothing more to say.
    expect(drive.feed({ type: 'update', change: { screen: false } })).toEqual([]);
  });
});
