/** What people do: call, answer, decline, ignore, talk, hold, close tabs. They press buttons at any time, also at the wrong one. */
import type { QuietHours } from '@offhook/core';
import type { Call, Consultation } from '../../packages/client/src/call.ts';
import { openPhone } from '../../packages/client/src/phone.ts';
import { Attention, quietHours } from './attention.ts';
import { Chance } from './chance.ts';
import type { Deed } from './deeds.ts';
import type { Page } from './page.ts';
import type { Tab, User, World } from './world.ts';

export class People {
  readonly #world: World;
  readonly #chance: Chance;
  readonly attention: Attention;
  /** Calls a person has seen ringing. */
  readonly #seen = new Map<string, Call[]>();
  /** The last call that somebody pressed a button of. */
  #last: Call | undefined;
  #calls = 0;
  /** Nobody does anything. */
  areResting = false;

  constructor(world: World) {
    this.#world = world;
    this.#chance = new Chance(world.seed, 'people');
    this.attention = new Attention(world, new Chance(world.seed, 'attention'));
    world.incoming = (page, call) => this.#rings(page, call);
  }

  /** Calls that were placed. */
  get calls(): number {
    return this.#calls;
  }

  do(deed: Deed): void {
    switch (deed) {
      case 'call':
        return this.#call();
      case 'call_nobody':
        return this.#place(this.#anyPage(), this.#chance.pick(['nobody', 'no/body', '\u202E']));
      case 'cross':
        return this.#cross();
      case 'call_back':
        return this.#callBack();
      case 'press_late':
        // It is over, and the button was still there.
        this.#last?.reject();
        return this.#last?.hangup();
      case 'report':
        return this.#report();
      case 'consult':
        return this.#consult();
      case 'transfer':
        return this.#transfer();
      case 'transfer_reload':
        return this.#transferReload();
      case 'send_on':
        return this.#sendOn();
      case 'move':
        return this.#move();
      case 'settings':
        return this.#settings();
      case 'rename':
        return this.#rename();
      case 'push':
        return this.#world.pushes.turn();
      case 'rest':
      case 'retire':
      case 'freeze':
      case 'block':
      case 'forward':
        return this.attention[deed](this.#anyPage());
      case 'reload':
      case 'close_tab':
      case 'kill_tab':
      case 'open_tab':
      case 'sign_off':
        return this.#tab(deed);
      default:
        return this.#press(deed);
    }
  }

  /** Everybody hangs up. */
  hangUpAll(): void {
    for (const page of this.#world.pages) for (const call of page.calls) call.hangup();
  }

  #anyPage(): Page | undefined {
    const pages = this.#world.awake.filter(({ phone }) => phone !== undefined);
    return pages.length === 0 ? undefined : this.#chance.pick(pages);
  }

  #pageOf(user: User): Page | undefined {
    const pages = this.#world.awake.filter(({ phone, device }) => phone !== undefined && device.user === user);
    return pages.length === 0 ? undefined : this.#chance.pick(pages);
  }

  #call(): void {
    const page = this.#anyPage();
    const to = this.#chance.pick(this.#world.users);
    // Calling oneself happens, too, but seldom.
    if (to === page?.device.user && !this.#chance.is(0.1)) return this.#call();
    this.#place(page, to.address);
  }

  #cross(): void {
    const one = this.#chance.pick(this.#world.users);
    const other = this.#chance.pick(this.#world.users.filter((user) => user !== one));
    this.#place(this.#pageOf(one), other.address);
    this.#world.scope.schedule(this.#chance.between(0, 300), () => this.#place(this.#pageOf(other), one.address));
  }

  /** Somebody calls back instead of answering. The caller makes a new offer just then. */
  #callBack(): void {
    const { pages, scope } = this.#world;
    const page = pages.find(({ calls }) => calls.some(({ state }) => state === 'incoming'));
    const call = page?.calls.find(({ state }) => state === 'incoming');
    const caller = pages.find((other) => other !== page && other.calls.some(({ id }) => id === call?.id));
    if (page === undefined || call === undefined || caller === undefined) return;
    caller.tell('changed');
    scope.schedule(this.#chance.between(200, 600), () => this.#place(page, call.peer.address));
  }

  #place(page: Page | undefined, to: string): void {
    if (page?.phone === undefined || page.scope.isOver) return;
    this.#calls += 1;
    const media = { audio: !this.#chance.is(0.05), video: this.#chance.is(0.3) };
    this.#world.trace.add(page.name, page.name, `calls ${to}${media.video ? ' with video' : ''}`);
    page.asking += 1;
    page.phone.call(to, media).then(
      (call) => {
        page.asking -= 1;
        this.#talkFor(page, call);
      },
      () => {
        page.asking -= 1;
      },
    );
  }

  #talkFor(page: Page, call: Call): void {
    // Some lose patience in the very moment in which the call gives up.
    if (call.state === 'calling' && this.#chance.is(0.12)) {
      const rings = this.#chance.pick([5_000, 30_000, 45_000]);
      page.scope.schedule(rings - this.#chance.between(0, 150), () => this.areResting || call.hangup());
    }
    if (this.#chance.is(0.4)) this.#later(this.#chance.between(0, 60_000), () => page.scope.isOver || call.hangup());
  }

  #later(delay: number, act: () => void): void {
    this.#world.scope.schedule(delay, () => {
      if (this.areResting) this.#later(1_000 + delay, act);
      else act();
    });
  }

  /** A person hears it ring, perhaps on several devices, and does one thing about it, or two at once. */
  #rings(page: Page, call: Call): void {
    const key = `${page.device.user.address} ${call.id}`;
    const seen = this.#seen.get(key);
    if (seen !== undefined) {
      seen.push(call);
      return;
    }
    const calls = [call];
    this.#seen.set(key, calls);
    const after = this.#chance.is(0.1) ? this.#chance.between(0, 60) : this.#chance.between(300, 12_000);
    const decision = this.#chance.weighted({ answer: 10, race: 3, decline: 2, busy: 2, ignore: 3, hangup: 1, update: 1 });
    this.#later(after, () => this.#decide(decision, calls));
  }

  #decide(decision: 'answer' | 'race' | 'decline' | 'busy' | 'ignore' | 'hangup' | 'update', calls: readonly Call[]): void {
    const ringing = calls.filter(({ state }) => state === 'incoming');
    if (ringing.length === 0) return;
    const one = this.#chance.pick(ringing);
    switch (decision) {
      case 'answer':
        return this.#answer(one);
      case 'race':
        for (const call of ringing.slice(0, 3))
          this.#world.scope.schedule(this.#chance.between(0, 80), () => this.#answer(call));
        return;
      case 'decline':
        return one.reject();
      case 'busy':
        return one.reject('busy');
      case 'hangup':
        return one.hangup();
      case 'update':
        // Silent already when it is answered.
        one.mute();
        return this.#answer(one);
      case 'ignore':
    }
  }

  #answer(call: Call): void {
    const page = this.#world.pages.find(({ calls }) => calls.includes(call));
    if (page === undefined || call.state !== 'incoming') return;
    this.#world.trace.add(page.name, page.name, 'answers');
    page.asking += 1;
    const media = { audio: !this.#chance.is(0.05), video: this.#chance.is(0.3) };
    // What a refusal leads to shows in the call.
    void Promise.allSettled([call.answer(media)]).then(() => {
      page.asking -= 1;
    });
    this.#talkFor(page, call);
  }

  #press(
    deed: 'hangup' | 'hold' | 'resume' | 'mute' | 'unmute' | 'camera_on' | 'camera_off' | 'press_again' | 'press_reject',
  ): void {
    const calls = this.#world.pages.flatMap((page) => page.calls.map((call) => ({ page, call })));
    if (calls.length === 0) return;
    const { page, call } = this.#chance.pick(calls);
    // What only looks like a call to those who ring is left to them.
    if (call.state === 'incoming' && !this.#chance.is(0.2)) return;
    this.#last = call;
    this.#world.trace.add(page.name, page.name, `presses ${deed}`);
    switch (deed) {
      case 'hangup':
        return call.hangup();
      case 'hold':
        return call.hold();
      case 'resume':
        return call.resume();
      case 'mute':
        return call.mute();
      case 'unmute':
        return call.mute(false);
      case 'press_reject':
        return call.reject();
      case 'camera_on':
      case 'camera_off':
        return void call.setCamera(deed === 'camera_on').catch(() => undefined);
      case 'press_again':
        call.hold();
        call.hold();
        call.resume();
        call.mute();
        call.mute(false);
    }
  }

  /** Somebody asks another one whether they take a call over, and completes it or not, perhaps before it is answered. */
  #consult(): void {
    const calls = this.#world.pages.flatMap((page) => page.calls.map((call) => ({ page, call })));
    const talked = calls.filter(({ call }) => call.state === 'active');
    if (talked.length === 0) return;
    const { page, call } = this.#chance.pick(talked);
    const to = this.#chance.pick(this.#world.users).address;
    this.#calls += 1;
    this.#world.trace.add(page.name, page.name, `consults ${to}`);
    page.asking += 1;
    call.consult(to, { video: this.#chance.is(0.2) }).then(
      (consultation) => {
        page.asking -= 1;
        this.#talkFor(page, consultation.call);
        this.#decideOn(page, consultation);
      },
      () => {
        page.asking -= 1;
      },
    );
  }

  #decideOn(page: Page, consultation: Consultation): void {
    const completes = this.#chance.is(0.7);
    const act = (): void => {
      if (page.scope.isOver) return;
      this.#world.trace.add(page.name, page.name, completes ? 'completes' : 'cancels');
      if (completes) void consultation.complete().catch(() => undefined);
      else consultation.cancel();
    };
    const { call } = consultation;
    // At once when it is answered, or at any time.
    if (this.#chance.is(0.5)) call.on('state', (state) => state === 'connecting' && act());
    else this.#later(this.#chance.between(0, 20_000), act);
  }

  /** Somebody leads the others of two calls together, whatever these are. */
  #transfer(): void {
    const pages = this.#world.pages.filter(({ calls }) => calls.length > 0);
    if (pages.length === 0) return;
    const page = pages.find(({ calls }) => calls.length > 1) ?? this.#chance.pick(pages);
    const call = this.#chance.pick(page.calls);
    this.#world.trace.add(page.name, page.name, 'transfers');
    void call.transfer(this.#chance.pick(page.calls)).catch(() => undefined);
  }

  /** Somebody leads the other of a call on to whoever it may be, without a word; perhaps that one is loaded again just then. */
  #sendOn(): void {
    const { tabs, users, scope, trace } = this.#world;
    const talked = this.#world.pages.flatMap((page) =>
      page.calls.flatMap((call) => (call.state === 'active' ? { page, call } : [])),
    );
    if (talked.length === 0) return;
    const { page, call } = this.#chance.pick(talked);
    const to = this.#chance.is(0.05) ? 'nobody' : this.#chance.pick(users).address;
    const tab = tabs.find((one) => one.page !== page && one.page?.calls.some(({ id }) => id === call.id) === true);
    if (tab !== undefined && this.#chance.is(0.2))
      scope.schedule(this.#chance.between(0, 400), () => this.#world.reload(tab, this.#chance.between(100, 2_500), 'leaves'));
    trace.add(page.name, page.name, `sends ${call.peer.address} on to ${to}`);
    void call.transfer(to).catch(() => undefined);
  }

  /** The page of the one who is to be led on is loaded again, and opens its media just then. */
  #transferReload(): void {
    const { tabs, pages, scope } = this.#world;
    const page = pages.find(({ calls }) => calls.filter(({ state }) => state === 'active').length > 1);
    const call = page?.calls.find(({ state }) => state === 'active');
    const other = page?.calls.find((one) => one !== call && one.state === 'active');
    const tab = tabs.find((one) => one.page !== page && one.page?.calls.some(({ id }) => id === call?.id) === true);
    if (page === undefined || call === undefined || other === undefined || tab === undefined) return;
    const takes = this.#chance.between(100, 600);
    this.#world.reload(tab, takes, 'leaves');
    scope.schedule(
      takes + this.#chance.between(0, 300),
      () => page.scope.isOver || void call.transfer(other).catch(() => undefined),
    );
  }

  /** Somebody's page tells how it sounds, perhaps for the second time and too late. */
  #report(): void {
    const calls = [...this.#world.pages.flatMap((page) => page.calls), ...(this.#last ? [this.#last] : [])];
    if (calls.length === 0) return;
    this.#chance.pick(calls).reportQuality({ mos: 4, loss: 0, jitterMs: 1, roundTripMs: this.#chance.between(1, 100) });
  }

  /** Somebody says that a call goes on in a meeting, and perhaps the other one does, too; at any time, also at the wrong one. */
  #move(): void {
    const all = [...this.#world.pages.flatMap((page) => page.calls), ...(this.#last ? [this.#last] : [])];
    if (all.length === 0) return;
    const { id } = this.#chance.pick(all);
    for (const { phone, calls } of this.#world.pages) {
      if (phone === undefined || (!calls.some((call) => call.id === id) && this.#last?.id !== id)) continue;
      const told = { type: 'move', call: id, meeting: `meeting-of-${id}`, heard: this.#chance.is(0.5) } as const;
      openPhone(phone).connection.ask<'move'>(told, () => undefined);
    }
  }

  #settings(): void {
    const page = this.#anyPage();
    const change = this.#chance.pick([
      { doNotDisturb: true },
      { doNotDisturb: false },
      { doNotDisturb: false },
      { maxCalls: 1 },
      { maxCalls: 4 },
      { ringMs: 5_000 },
      { ringMs: 30_000 },
      { quietHours: this.#quietSoon() },
      { quietHours: null },
    ]);
    void page?.phone?.changeSettings(change).catch(() => undefined);
  }

  /** Every day from the next minute on, for a minute. */
  #quietSoon(): QuietHours {
    return quietHours(this.#world.time.now + 60_000, 1);
  }

  #rename(): void {
    const page = this.#anyPage();
    void page?.phone?.rename(`${page.device.user.name} ${this.#chance.between(1, 9)}`).catch(() => undefined);
  }

  #tab(deed: 'reload' | 'close_tab' | 'kill_tab' | 'open_tab' | 'sign_off'): void {
    const { tabs } = this.#world;
    const any = this.#chance.pick(tabs);
    // Where it rings, as whoever signs off there is still called.
    const tab = deed === 'sign_off' ? (tabs.find(({ page }) => page !== undefined && isRung(page)) ?? any) : any;
    if (deed === 'open_tab') {
      if (tab.page === undefined) this.#world.load(tab);
      return;
    }
    if (tab.page === undefined) return;
    if (deed === 'sign_off') return this.#signOff(tab);
    // Some browsers close the sockets of pages that leave without a word.
    const leaves = this.#chance.is(0.85) ? 'leaves' : 'crashes';
    if (deed === 'reload') return this.#world.reload(tab, this.#chance.between(100, 2_500), leaves);
    this.#world.unload(tab, deed === 'close_tab' ? leaves : this.#chance.pick(['crashes', 'vanishes']));
    // Without its `sessionStorage`: the tab was opened anew.
    tab.storage.clear();
  }

  #signOff(tab: Tab): void {
    const { page } = tab;
    // Some send their calls elsewhere in the last moment, and are gone when that is heard.
    if (page !== undefined && isRung(page)) this.attention.forward(page);
    void page?.phone?.close().then(() => {
      if (tab.page === page) this.#world.unload(tab, 'leaves');
    });
  }
}

function isRung({ calls }: Page): boolean {
  return calls.some(({ state }) => state === 'incoming');
}
