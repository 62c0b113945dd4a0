/** The services of RFC 5359 that there are, with desk phones and pages. */
import assert from 'node:assert/strict';
import { peopleOf } from '../../packages/client/src/people/index.ts';
import type { Forwards } from '@offhook/core';
import type { Desk } from './desk.ts';
import type { Flow } from './flow.ts';
import { part, talk, twoDesks } from './rfc3665.ts';
import type { Scene, Seat } from './scene.ts';

/** Alice, Bob and Carol, each with a desk phone; Alice and Bob talk. */
async function talkingThree(scene: Scene): Promise<readonly [Desk, Desk, Desk]> {
  const desks = ['Alice', 'Bob', 'Carol'].map((name) => scene.desk(scene.user(name)));
  await scene.register(...desks);
  const [alice, bob, carol] = desks as [Desk, Desk, Desk];
  await talk(scene, alice, bob);
  scene.begin();
  return [alice, bob, carol];
}

/** Alice’s phone calls Bob, who has set in a page what becomes of his calls. */
async function forwarding(scene: Scene, forward: Forwards, ringMs = 5_000): Promise<readonly [Desk, Seat, Desk, Desk]> {
  const page = scene.aside('Bob');
  const bob = scene.desk(page.tab.device.user);
  const [alice, carol] = [scene.desk(scene.user('Alice')), scene.desk(scene.user('Carol'))];
  await scene.signIn(page);
  await scene.wait(page.phone.changeSettings({ forward, ringMs }));
  await scene.register(alice, bob, carol);
  return [alice, page, bob, carol];
}

async function answeredBy(scene: Scene, alice: Desk, carol: Desk): Promise<void> {
  await carol.reaches('ringing');
  await scene.pass(1_000);
  carol.answer();
  await alice.reaches('talking');
  await scene.until(() => alice.hears() && carol.hears(), 'they hear each other');
  await scene.pass(1_000);
  await part(scene, alice, carol);
}

export const rfc5359: readonly Flow[] = [
  {
    name: 'sip-from-page',
    title: 'A page calls a phone',
    text: 'Alice calls from her page, and Bob answers at his phone. The server is the phone’s browser in the call.',
    async play(scene) {
      const alice = scene.person('Alice');
      const bob = scene.desk(scene.user('Bob'));
      await scene.signIn(alice);
      await scene.register(bob);
      await alice.dial('bob');
      await bob.reaches('ringing');
      await scene.pass(2_000);
      bob.answer();
      await scene.all('active', alice);
      await scene.until(() => alice.receives('audio') && bob.hears(), 'they hear each other');
      await scene.pass(1_000);
      bob.hangUp();
      await scene.all('ended', alice);
      await scene.pass(500);
      scene.stop();
      assert.equal((await alice.last()).cause, 'hangup');
    },
  },
  {
    name: 'sip-to-page',
    title: 'A phone calls a page',
    text: 'Alice calls from her phone, and Bob answers in his page.',
    async play(scene) {
      const bob = scene.person('Bob');
      const alice = scene.desk(scene.user('Alice'));
      await scene.signIn(bob);
      await scene.register(alice);
      alice.dial('bob');
      await scene.until(() => bob.states.at(-1) === 'incoming', 'it rings');
      await scene.until(() => alice.call.isRinging, 'alice hears so');
      await scene.pass(2_000);
      await bob.answer();
      await alice.reaches('talking');
      await scene.until(() => bob.receives('audio') && alice.hears(), 'they hear each other');
      await scene.pass(1_000);
      bob.does('hangs up');
      bob.call.hangup();
      await alice.reaches('over');
      await scene.pass(500);
      scene.stop();
      assert.equal((await bob.last()).cause, 'hangup');
    },
  },
  {
    name: 'sip-crossing',
    title: 'A page and a phone call each other',
    text: 'Alice calls from her page in the moment in which Bob calls her from his phone. The two calls become one, and nobody has to answer.',
    async play(scene) {
      const alice = scene.person('Alice');
      const bob = scene.desk(scene.user('Bob'));
      await scene.signIn(alice);
      await scene.register(bob);
      void alice.dial('bob');
      await scene.pass(40);
      bob.dial('alice');
      await scene.all('active', alice);
      await scene.until(() => bob.states.includes('talking'), 'bob talks');
      const [call] = bob.calls.filter(({ state }) => state === 'talking');
      await scene.until(() => alice.receives('audio') && bob.hears(call), 'they hear each other');
      await scene.pass(1_000);
      bob.hangUp(call);
      await scene.all('ended', alice);
      await scene.pass(500);
      scene.stop();
      assert.equal(bob.phone.calls.length, 0);
    },
  },
  {
    name: 'sip-hold',
    title: 'A phone holds',
    text: 'Bob’s phone holds by an offer that only sends, and resumes by one that does both. Alice’s phone needs not be told: nothing comes to it meanwhile.',
    async play(scene) {
      const [alice, bob] = await twoDesks(scene);
      await talk(scene, alice, bob);
      scene.begin();
      bob.does('holds', () => bob.call.hold());
      await scene.until(() => !alice.hears() && !bob.hears(), 'nobody hears anything');
      await scene.pass(2_000);
      bob.does('resumes', () => bob.call.resume());
      await scene.until(() => alice.hears() && bob.hears(), 'they hear each other');
      await scene.pass(1_000);
      scene.stop();
      await part(scene, alice, bob);
    },
  },
  {
    name: 'sip-music-on-hold',
    title: 'Who is held hears music',
    text: 'Bob’s phone holds. Alice’s phone is told nothing: what the media worker sends it is music now, in the call that there is, until Bob resumes.',
    async play(scene) {
      const [alice, bob] = await twoDesks(scene);
      await talk(scene, alice, bob);
      const played = (): readonly unknown[] =>
        scene.world.telephony.life?.bridges.open.flatMap(({ plays }) => plays ?? []) ?? [];
      assert.deepEqual(played(), []);
      scene.begin();
      bob.does('holds', () => bob.call.hold());
      await scene.until(() => played().length > 0, 'music is played');
      assert.deepEqual(played(), ['music']);
      await scene.pass(2_000);
      bob.does('resumes', () => bob.call.resume());
      await scene.until(() => alice.hears() && bob.hears(), 'they hear each other');
      await scene.until(() => played().length === 0, 'music is over');
      await scene.pass(1_000);
      await part(scene, alice, bob);
    },
  },
  {
    name: 'sip-click-to-dial',
    title: 'A program has a phone call another',
    text: 'A program places a call from Alice to Bob by REST. Alice’s phone rings first; once she has taken it, Bob’s does.',
    async play(scene) {
      const [alice, bob] = await twoDesks(scene);
      const placed = scene.world.server.engine?.administration.place('placed-by-a-program', {
        caller: { address: alice.user, name: 'Alice' },
        callee: { address: bob.user, name: 'Bob' },
        media: { audio: true, video: false },
      });
      assert(placed);
      assert.equal(await scene.wait(placed), undefined);
      await alice.reaches('ringing');
      assert.equal(bob.calls.length, 0);
      await scene.pass(1_000);
      alice.answer();
      await bob.reaches('ringing');
      await scene.pass(1_000);
      bob.answer();
      await bob.reaches('talking');
      await scene.until(() => alice.hears() && bob.hears(), 'they hear each other');
      await scene.pass(1_000);
      await part(scene, bob, alice);
    },
  },
  {
    name: 'sip-hold-page',
    title: 'A phone holds, and a page does',
    text: 'Bob’s phone holds a call with Alice’s page, which is told. Then she holds, too: that is between her page and the server.',
    async play(scene) {
      const alice = scene.person('Alice');
      const bob = scene.desk(scene.user('Bob'));
      await scene.signIn(alice);
      await scene.register(bob);
      await alice.dial('bob');
      await bob.reaches('ringing');
      bob.answer();
      await scene.all('active', alice);
      await scene.pass(2_000);
      scene.begin();
      bob.does('holds', () => bob.call.hold());
      await scene.until(() => alice.call.remote.held, 'alice knows');
      await scene.pass(1_000);
      alice.does('holds');
      alice.call.hold();
      await scene.pass(1_000);
      bob.does('resumes', () => bob.call.resume());
      await scene.until(() => !alice.call.remote.held, 'alice knows');
      assert(!alice.receives('audio') && !bob.hears());
      alice.does('resumes');
      alice.call.resume();
      await scene.until(() => alice.receives('audio') && bob.hears(), 'they hear each other');
      scene.stop();
      bob.call.hangUp();
      await scene.all('ended', alice);
    },
  },
  {
    name: 'sip-consultation-hold',
    title: 'A phone asks somebody else in between',
    text: 'Bob holds his call with Alice, calls Carol, hangs up there, and goes on with Alice.',
    async play(scene) {
      const [alice, bob, carol] = await talkingThree(scene);
      const first = bob.call;
      bob.does('holds', () => first.hold());
      await scene.until(() => !alice.hears(), 'alice is held');
      await scene.pass(500);
      bob.dial('carol');
      await carol.reaches('ringing');
      carol.answer();
      await bob.reaches('talking');
      await scene.until(() => carol.hears() && bob.hears(), 'bob and carol hear each other');
      await scene.pass(1_000);
      bob.hangUp();
      await carol.reaches('over');
      bob.does('resumes', () => first.resume());
      await scene.until(() => alice.hears() && bob.hears(first), 'alice and bob hear each other');
      await scene.pass(500);
      scene.stop();
      first.hangUp();
      await alice.reaches('over');
    },
  },
  {
    name: 'sip-transfer-unattended',
    title: 'A phone leads the other on without a word',
    text: 'Bob’s phone refers Alice to Carol. The server rings Carol itself: Alice’s phone keeps its dialog, and is told nothing.',
    async play(scene) {
      const [alice, bob, carol] = await talkingThree(scene);
      bob.does('transfers to carol', () => bob.call.transfer('carol'));
      await bob.reaches('over');
      await carol.reaches('ringing');
      await scene.pass(1_000);
      carol.answer();
      await scene.until(
        () => carol.states.includes('talking') && alice.hears() && carol.hears(),
        'alice and carol hear each other',
      );
      assert.equal(bob.call.referral, 200);
      await scene.pass(1_000);
      await part(scene, alice, carol);
    },
  },
  {
    name: 'sip-transfer-attended',
    title: 'A phone leads the two together with whom it talks',
    text: 'Bob talks with Alice, holds, asks Carol, and refers Alice to that dialog (Replaces). The server leads the two together.',
    async play(scene) {
      const [alice, bob, carol] = await talkingThree(scene);
      const first = bob.call;
      bob.does('holds', () => first.hold());
      await scene.until(() => !alice.hears(), 'alice is held');
      const second = bob.dial('carol');
      await carol.reaches('ringing');
      carol.answer();
      await bob.reaches('talking', second);
      await scene.pass(1_000);
      bob.does('transfers to carol', () => first.transfer(second));
      await bob.reaches('over', first);
      await bob.reaches('over', second);
      await scene.until(() => alice.hears() && carol.hears(), 'alice and carol hear each other');
      await scene.pass(1_000);
      await part(scene, alice, carol);
    },
  },
  {
    name: 'sip-forward-always',
    title: 'Calls of a phone are always forwarded',
    text: 'Bob has his calls forwarded to Carol. Alice calls him from her phone, and it rings at Carol’s, in the same dialog.',
    async play(scene) {
      const [alice, , bob, carol] = await forwarding(scene, { always: 'carol' });
      alice.dial('bob');
      await answeredBy(scene, alice, carol);
      assert.deepEqual(bob.calls, []);
    },
  },
  {
    name: 'sip-forward-busy',
    title: 'Calls of a phone are forwarded on busy',
    text: 'Bob talks with Dave, takes one call at a time, and has others forwarded to Carol meanwhile. Nothing rings at him.',
    async play(scene) {
      const dave = scene.desk(scene.user('Dave'));
      const [alice, page, bob, carol] = await forwarding(scene, { busy: 'carol' });
      await scene.wait(page.phone.changeSettings({ maxCalls: 1 }));
      await scene.register(dave);
      await talk(scene, dave, bob);
      scene.begin();
      alice.dial('bob');
      await answeredBy(scene, alice, carol);
      assert.deepEqual(bob.states, ['talking']);
      dave.call.hangUp();
      await bob.reaches('over');
    },
  },
  {
    name: 'sip-forward-no-answer',
    title: 'Calls of a phone are forwarded when nobody answers',
    text: 'Bob’s phone rings for 5 s, after which it is cancelled there and rings at Carol’s.',
    async play(scene) {
      const [alice, , bob, carol] = await forwarding(scene, { noAnswer: 'carol' });
      alice.dial('bob');
      await bob.reaches('ringing');
      await answeredBy(scene, alice, carol);
      assert.deepEqual(bob.states, ['over']);
    },
  },
  {
    name: 'sip-find-me',
    title: 'Somebody is found wherever they are',
    text: 'Bob has a page and a login that is in two phones. It rings at all of them at once; he takes it at one, and the others hear that he did.',
    async play(scene) {
      const page = scene.person('Bob');
      const desk = scene.desk(page.tab.device.user);
      const cordless = scene.desk(page.tab.device.user, 'cordless', desk);
      const alice = scene.desk(scene.user('Alice'));
      await scene.signIn(page);
      await scene.register(alice, desk, cordless);
      alice.dial('bob');
      await scene.until(() => page.states.at(-1) === 'incoming', 'it rings in the page');
      await desk.reaches('ringing');
      await cordless.reaches('ringing');
      await scene.pass(2_000);
      cordless.answer();
      await alice.reaches('talking');
      await desk.reaches('over');
      await scene.all('ended', page);
      assert.equal(page.call.cause, 'answered_elsewhere');
      await scene.until(() => alice.hears() && cordless.hears(), 'they hear each other');
      await scene.pass(1_000);
      await part(scene, alice, cordless);
    },
  },
  {
    name: 'sip-screened',
    title: 'Somebody does not want to be called by another',
    text: 'Bob has blocked Alice. Nothing rings at him, and her phone hears no more than that he cannot be reached.',
    async play(scene) {
      const page = scene.aside('Bob');
      const bob = scene.desk(page.tab.device.user);
      const alice = scene.desk(scene.user('Alice'));
      await scene.signIn(page);
      await scene.wait(peopleOf(page.phone).block('alice'));
      await scene.register(alice, bob);
      alice.dial('bob');
      await alice.reaches('over');
      await scene.pass(500);
      scene.stop();
      assert.deepEqual(bob.calls, []);
      assert.equal(alice.call.refused, 480);
    },
  },
];
