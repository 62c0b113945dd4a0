/** A call that was placed for this side: it rings here, and whoever takes it calls. */
import { expect, it } from 'vitest';
import { bob, offer } from './call.fixture.ts';
import { call, called, claiming, did, said } from './endpoint.fixture.ts';

it('[E41] whoever has taken a call that was placed for them calls in that very one', () => {
  const drive = claiming();
  const view = called({ epoch: 2, peer: bob, placed: true, replaces: [call] });
  expect(did(drive.feed({ type: 'resync', view }))).toEqual(['part', 'open 3']);
  expect(drive.kind('opening')).toMatchObject({ call, role: 'caller', peer: bob, placed: true, server: 'ringing' });
  expect(said(drive.feed({ type: 'offer_ready', epoch: 3, offer: offer('3') }))).toEqual(['reoffer']);
  drive.feed({ type: 'resync', view: called({ epoch: 3, peer: bob, placed: true }) });
  expect(drive.kind('calling')).toMatchObject({ call, epoch: 3 });
});
