/** The basic flows of RFC 3665 between desk phones, as this server has them: it answers one phone and calls the other. */
import assert from 'node:assert/strict';
import type { Desk } from './desk.ts';
import type { Flow } from './flow.ts';
import type { Scene } from './scene.ts';

/** Alice and Bob, each with a desk phone that is registered. */
export async function twoDesks(scene: Scene): Promise<readonly [Desk, Desk]> {
  const [alice, bob] = [scene.desk(scene.user('Alice')), scene.desk(scene.user('Bob'))];
  await scene.register(alice, bob);
  return [alice, bob];
}

async function rings(scene: Scene, alice: Desk, bob: Desk, isLate = false): Promise<void> {
  alice.dial('bob', isLate);
  await bob.reaches('ringing');
  await scene.until(() => alice.call.isRinging, 'alice hears so');
  await scene.pass(2_000);
}

/** They talk, and hear each other. */
export async function talk(scene: Scene, alice: Desk, bob: Desk, isLate = false): Promise<void> {
  await rings(scene, alice, bob, isLate);
  bob.answer();
  await alice.reaches('talking');
  await bob.reaches('talking');
  await scene.until(() => alice.hears() && bob.hears(), 'they hear each other');
  await scene.pass(1_000);
}

export async function part(scene: Scene, one: Desk, other: Desk): Promise<void> {
  one.hangUp();
  await other.reaches('over');
  await scene.pass(1_000);
  scene.stop();
}

export const rfc3665: readonly Flow[] = [
  {
    name: 'sip-register',
    title: 'A phone registers',
    text: 'Alice’s phone is switched on. It is asked who it is, and registers with a digest of its password.',
    async play(scene) {
      const alice = scene.desk(scene.user('Alice'));
      await scene.pass(1_000);
      scene.begin();
      alice.phone.boot();
      await scene.until(() => alice.phone.isRegistered, 'it is registered');
      await scene.pass(500);
      scene.stop();
      assert.equal(scene.world.server.engine?.presence('alice'), 'online');
    },
  },
  {
    name: 'sip-register-second',
    title: 'A second device registers under the same login',
    text: 'Alice’s login is in her desk phone, and then in an app as well. The answer has both contacts, and calls ring at both.',
    async play(scene) {
      const user = scene.user('Alice');
      const desk = scene.desk(user);
      const app = scene.desk(user, 'app', desk);
      await scene.register(desk);
      app.phone.boot();
      await scene.until(() => app.phone.isRegistered, 'it is registered');
      await scene.pass(500);
      scene.stop();
      assert.equal(scene.world.server.sip?.registry.flows(desk.phone.device).length, 2);
    },
  },
  {
    name: 'sip-register-query',
    title: 'A phone asks where it is registered',
    text: 'A REGISTER without Contact changes nothing, and is answered with the contacts that there are.',
    async play(scene) {
      const alice = scene.desk(scene.user('Alice'));
      await scene.register(alice);
      let contacts = 0;
      alice.does('asks for its contacts', () => alice.phone.query((count) => (contacts = count)));
      await scene.until(() => contacts > 0, 'it knows');
      scene.stop();
      assert.equal(contacts, 1);
    },
  },
  {
    name: 'sip-register-end',
    title: 'A phone takes its registration back',
    text: 'With Expires 0 the contact is removed. Alice has no other device, so that she is not there any more.',
    async play(scene) {
      const alice = scene.desk(scene.user('Alice'));
      await scene.register(alice);
      alice.phone.signOff();
      await scene.pass(500);
      scene.stop();
      assert.equal(scene.world.server.engine?.presence('alice'), 'offline');
    },
  },
  {
    name: 'sip-register-refused',
    title: 'A phone has a wrong password',
    text: 'What proves nothing is answered like the first time; the phone tries no other password by itself.',
    async play(scene) {
      const alice = scene.desk(scene.user('Alice'));
      alice.phone.password = 'guessed';
      await scene.pass(1_000);
      scene.begin();
      alice.phone.boot();
      await scene.pass(2_000);
      scene.stop();
      assert(!alice.phone.isRegistered);
      assert.equal(scene.world.server.engine?.presence('alice'), 'offline');
      alice.phone.die();
    },
  },
  {
    name: 'sip-call',
    title: 'A phone calls a phone',
    text: 'Alice calls Bob, they talk, and Bob hangs up. There are two dialogs, one with each phone; their sound meets at the media worker.',
    async play(scene) {
      const [alice, bob] = await twoDesks(scene);
      await talk(scene, alice, bob);
      await part(scene, bob, alice);
    },
  },
  {
    name: 'sip-call-challenged',
    title: 'A call is asked who it is from',
    text: 'Alice’s phone is not registered, as one behind a proxy of a company may be. It calls all the same, once it has proven whose it is.',
    async play(scene) {
      const [alice, bob] = [scene.desk(scene.user('Alice')), scene.desk(scene.user('Bob'))];
      await scene.register(alice, bob);
      alice.phone.die();
      alice.phone.boot(false);
      scene.begin();
      await talk(scene, alice, bob);
      await part(scene, alice, bob);
    },
  },
  {
    name: 'sip-call-late-offer',
    title: 'The answer comes with the ACK',
    text: 'Alice’s phone calls without a description. The server offers with its 200, and the phone answers with the ACK.',
    async play(scene) {
      const [alice, bob] = await twoDesks(scene);
      await talk(scene, alice, bob, true);
      await part(scene, alice, bob);
    },
  },
  {
    name: 'sip-address-change',
    title: 'A phone gets another address in a call',
    text: 'Bob’s phone moves to another network. It says so in the call by an INVITE, and registers there; its sound and all that the server says go to the new address.',
    async play(scene) {
      const [alice, bob] = await twoDesks(scene);
      await talk(scene, alice, bob);
      scene.begin();
      bob.phone.moveTo('198.51.100.7');
      await scene.until(() => bob.phone.isRegistered, 'it is registered');
      await scene.until(() => alice.hears() && bob.hears(), 'they hear each other');
      await scene.pass(1_000);
      await part(scene, alice, bob);
      await scene.until(() => bob.phone.open === 0, 'nothing is left', 40_000);
    },
  },
  {
    name: 'sip-no-answer',
    title: 'A caller at a phone gives up',
    text: 'Bob does not answer, and Alice hangs up.',
    async play(scene) {
      const [alice, bob] = await twoDesks(scene);
      await rings(scene, alice, bob);
      alice.hangUp();
      await alice.reaches('over');
      await bob.reaches('over');
      await scene.pass(500);
      scene.stop();
      assert.equal(alice.call.refused, 487);
    },
  },
  {
    name: 'sip-ring-ended',
    title: 'Nobody answers at a phone',
    text: 'Bob’s phone rings for as long as calls ring at him. Then the server cancels it there, and refuses the call.',
    async play(scene) {
      const [alice, bob] = await twoDesks(scene);
      await rings(scene, alice, bob);
      await alice.reaches('over');
      await bob.reaches('over');
      await scene.pass(500);
      scene.stop();
      assert.equal(alice.call.refused, 480);
    },
  },
  {
    name: 'sip-busy',
    title: 'A phone is busy',
    text: 'Bob’s phone answers that it is busy, and nobody else is there for him.',
    async play(scene) {
      const [alice, bob] = await twoDesks(scene);
      await rings(scene, alice, bob);
      bob.does('presses busy', () => bob.call.decline(486));
      await alice.reaches('over');
      scene.stop();
      assert.equal(alice.call.refused, 486);
    },
  },
  {
    name: 'sip-declined',
    title: 'A phone declines',
    text: 'Bob declines at his phone, which holds for all his devices.',
    async play(scene) {
      const [alice, bob] = await twoDesks(scene);
      await rings(scene, alice, bob);
      bob.does('declines', () => bob.call.decline(603));
      await alice.reaches('over');
      scene.stop();
      assert.equal(alice.call.refused, 603);
    },
  },
  {
    name: 'sip-no-response',
    title: 'The phone does not respond',
    text: 'Bob’s phone has lost its power, and its registration still holds. The INVITE is repeated until it is given up; nobody has answered.',
    async play(scene) {
      const [alice, bob] = await twoDesks(scene);
      bob.phone.die();
      alice.dial('bob');
      await alice.reaches('over');
      scene.stop();
      assert.equal(alice.call.refused, 480);
    },
  },
  {
    name: 'sip-unavailable',
    title: 'The phone is not available',
    text: 'Bob’s phone refuses with 480, as one with “do not disturb” may. It takes nothing away from other devices; of these there are none.',
    async play(scene) {
      const [alice, bob] = await twoDesks(scene);
      await rings(scene, alice, bob);
      bob.does('is not available', () => bob.call.decline(480));
      await alice.reaches('over');
      scene.stop();
      assert.equal(alice.call.refused, 480);
    },
  },
];
