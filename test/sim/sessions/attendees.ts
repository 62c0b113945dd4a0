/** What those do who take part in sessions: join, publish, mute, look, talk, leave, and go on elsewhere. */
import { join } from '../../../packages/client/src/session/session.ts';
import type { Session } from '../../../packages/client/src/session/session.ts';
import type { SessionId } from '@offhook/core';
import { Chance } from '../chance.ts';
import type { Page } from '../page.ts';
import type { Tab } from '../world.ts';
import { rooms } from './application.ts';
import type { Application } from './application.ts';
import type { SessionWorld } from './world.ts';

export type Attending =
  | 'join'
  | 'publish'
  | 'unpublish'
  | 'mute'
  | 'look'
  | 'say'
  | 'record'
  | 'leave'
  | 'take_over'
  | 'reload'
  | 'close_tab'
  | 'kill_tab'
  | 'open_tab'
  | 'sign_off';

/** One's part in a session, as a page has it. */
export interface Part {
  readonly page: Page;
  readonly session: Session;
  readonly token: string | undefined;
  isOver: boolean;
}

interface Ticket {
  readonly id: SessionId;
  readonly token: string | undefined;
}

export class Attendees {
  readonly #world: SessionWorld;
  readonly #application: Application;
  readonly #chance: Chance;
  readonly #parts: Part[] = [];
  /** Where the page of a tab takes part again once it was loaded again. */
  readonly #tickets = new Map<Tab, Ticket>();

  constructor(world: SessionWorld, application: Application) {
    this.#world = world;
    this.#application = application;
    this.#chance = new Chance(world.seed, 'attendees');
    world.arrival = (page) => {
      const tab = world.tabs.find((one) => one.page === page);
      const ticket = tab && this.#tickets.get(tab);
      if (ticket !== undefined && this.#chance.is(0.8)) this.#join(page, ticket);
    };
  }

  /** Those of pages that live. */
  get parts(): readonly Part[] {
    return this.#parts.filter(({ page, isOver }) => !isOver && !page.scope.isOver);
  }

  do(deed: Attending): void {
    switch (deed) {
      case 'join':
        return this.#join(this.#anyPage(), this.#ticket());
      case 'take_over':
        return this.#takeOver();
      case 'reload':
      case 'close_tab':
      case 'kill_tab':
      case 'open_tab':
        return this.#tab(deed);
      case 'sign_off':
        return this.signOff();
      default:
        return this.#act(deed);
    }
  }

  leaveAll(): void {
    for (const { session } of this.parts) void session.leave().catch(() => undefined);
    this.#tickets.clear();
  }

  /** Everybody publishes something more. */
  publishAll(): void {
    for (const { page, session } of this.parts) if (session.published.length < 3) this.#publish(page, session);
  }

  /** Somebody closes their phone, and the tab after it. */
  signOff(): void {
    const tab = this.#chance.pick(this.#world.tabs);
    const { page } = tab;
    if (page?.phone === undefined) return;
    this.#tickets.delete(tab);
    this.#world.trace.add(page.name, page.name, 'signs off');
    void page.phone.close();
    this.#world.scope.schedule(this.#chance.between(200, 1_000), () => tab.page === page && this.#world.unload(tab, 'leaves'));
    this.#world.scope.schedule(this.#chance.between(2_000, 6_000), () => tab.page ?? this.#world.load(tab));
  }

  #anyPage(): Page | undefined {
    const pages = this.#world.pages.filter(({ phone }) => phone !== undefined);
    return pages.length === 0 ? undefined : this.#chance.pick(pages);
  }

  /** As somebody who was made for a session, or as oneself. */
  #ticket(): Ticket {
    if (this.#chance.is(0.3)) return { id: this.#chance.is(0.8) ? 'lobby' : 'lesson', token: undefined };
    const { id, token } = this.#chance.pick(this.#application.made);
    return { id: this.#application.places.get(id) ?? this.#chance.pick(rooms), token };
  }

  #join(page: Page | undefined, { id, token }: Ticket): void {
    if (page?.phone === undefined || page.scope.isOver) return;
    this.#world.trace.add(page.name, page.name, `joins ${id}${token === undefined ? '' : ' with a token'}`);
    const tab = this.#world.tabs.find((one) => one.page === page);
    join(page.phone, id, { token }).then(
      (session) => {
        if (tab !== undefined) this.#tickets.set(tab, { id, token });
        this.#attend({ page, session, token, isOver: false });
        if (this.#chance.is(0.7)) this.#publish(page, session);
      },
      (error: { readonly code?: string }) => {
        this.#world.sessionLaws.expect(error.code !== 'internal', 'P40', `${page.name} could not join`);
      },
    );
  }

  #attend(part: Part): void {
    const { page, session } = part;
    const { sessionLaws, trace } = this.#world;
    this.#parts.push(part);
    const shown = new Set<string>();
    session.on('streamAvailable', ({ participant, alias }) => {
      const stream = `${participant} ${alias ?? ''}`;
      trace.add(page.name, page.name, `receives ${stream}`);
      sessionLaws.expect(!part.isOver && !shown.has(stream), 'P41', `${page.name} is told twice of ${stream}`);
      shown.add(stream);
    });
    session.on('streamUnavailable', ({ participant, alias }) => {
      const stream = `${participant} ${alias ?? ''}`;
      trace.add(page.name, page.name, `receives no more ${stream}`);
      sessionLaws.expect(shown.delete(stream), 'P41', `${page.name} is told of the end of ${stream}, which it did not have`);
    });
    session.on('ended', (cause, error) => {
      trace.add(page.name, page.name, `is in ${session.id} no longer: ${cause} ${error?.code ?? ''}`);
      sessionLaws.expect(!part.isOver, 'P42', `the end of ${session.id} is told twice to ${page.name}`);
      part.isOver = true;
      const tab = this.#world.tabs.find((one) => one.page === page);
      if (tab !== undefined && cause !== 'lost' && cause !== 'replaced') this.#tickets.delete(tab);
    });
  }

  #publish(page: Page, session: Session): void {
    page.asking += 1;
    const alias = this.#chance.is(0.3) ? undefined : this.#chance.pick(['screen', 'camera']);
    const media = { audio: true, video: this.#chance.is(0.5) };
    void session
      .publish(media, { alias })
      .catch(() => undefined)
      .then(() => {
        page.asking -= 1;
      });
  }

  #act(deed: 'publish' | 'unpublish' | 'mute' | 'look' | 'say' | 'record' | 'leave'): void {
    const { parts } = this;
    if (parts.length === 0) return;
    const { page, session } = this.#chance.pick(parts);
    this.#world.trace.add(page.name, page.name, `${deed} in ${session.id}`);
    switch (deed) {
      case 'publish':
        if (session.published.length < 3) this.#publish(page, session);
        return;
      case 'unpublish':
        return session.unpublish(...session.published.slice(0, 1));
      case 'mute':
        return session.setMicEnabled(this.#chance.is(0.4));
      case 'look':
        for (const remote of session.streams) remote.look(this.#chance.pick([0, 160, 640]));
        return;
      case 'say':
        session.send('hello', this.#chance.is(0.5) ? this.#chance.pick(session.participants).participant : undefined);
        return;
      case 'record':
        return this.#record(session);
      case 'leave':
        return void session.leave().catch(() => undefined);
    }
  }

  /** As a value, whatever it is now: whoever may not is refused. */
  #record(session: Session): void {
    const to = this.#chance.weighted({ startRecording: 2, pauseRecording: 1, stopRecording: 1 });
    void session[to]().catch(() => undefined);
  }

  /** Goes on with another page: of the same device, or of another one whose signalling is sometimes gone. */
  #takeOver(): void {
    const added = this.parts.filter(({ token }) => token !== undefined);
    const other = this.#anyPage();
    if (added.length === 0 || other === undefined) return;
    const { page, session, token } = this.#chance.pick(added);
    if (this.#chance.is(0.6)) this.#world.wires.of(page)?.cut(['server'], 100);
    this.#world.scope.schedule(this.#chance.between(0, 400), () => this.#join(other, { id: session.id, token }));
  }

  #tab(deed: 'reload' | 'close_tab' | 'kill_tab' | 'open_tab'): void {
    const { tabs, scope } = this.#world;
    const tab = this.#chance.pick(tabs);
    if (deed === 'open_tab') {
      if (tab.page === undefined) this.#world.load(tab);
    } else if (deed === 'reload') {
      if (tab.page !== undefined) this.#world.reload(tab, this.#chance.between(50, 3_000));
    } else {
      this.#world.unload(tab, deed === 'close_tab' ? 'leaves' : this.#chance.pick(['crashes', 'vanishes'] as const));
      if (this.#chance.is(0.5)) scope.schedule(this.#chance.between(500, 8_000), () => tab.page ?? this.#world.load(tab));
    }
  }
}
