import { forgetIdentity } from '@offhook/client';
import type { Identity, Phone } from '@offhook/client';
import { Account } from '@offhook/client/accounts';
import type { Conversation } from '@offhook/client/conversations';
import { peopleOf } from '@offhook/client/people';
import type { People } from '@offhook/client/people';
import type { Entry, Person, Settings } from '@offhook/core';
import { picturesChanged, showPictures } from '../elements/pictures.ts';
import { t } from '../texts/texts.ts';
import type { Command } from '../view/commands.ts';
import type { Notice, Route, SignedIn } from '../view/state.ts';
import { briefly } from '../view/names.ts';
import { AccountControl } from './account.ts';
import { AdministrationControl } from './administration.ts';
import { CallsControl } from './calls.ts';
import { ConversationsControl } from './conversations.ts';
import { DeviceLinkControl } from './device-link.ts';
import { DevicesControl } from './devices.ts';
import { HistoryControl } from './history.ts';
import { MediaControl } from './media.ts';
import { PeopleControl } from './people.ts';
import { applyLanguage, loadPreferences, savePreferences, applyTheme } from './preferences.ts';
import type { Preferences } from './preferences.ts';
import { conversationProblem, nameProblem, signInProblem } from './problems.ts';
import { mayNotify, notificationPermission, notify } from './notifications.ts';
import { hashOf, routeOf, whereOf } from './route.ts';

/** What belongs to the page rather than to the person who is signed in. */
export interface Page {
  readonly audible: boolean;
  readonly silenced: boolean;
}

/** A person is signed in: joins what the parts know to one state, and gives each command to the part it concerns. */
export class SignedInControl {
  readonly phone: Phone;
  readonly #identity: Identity;
  readonly #changed: () => void;
  readonly #people: PeopleControl;
  readonly #own: People;
  readonly #history: HistoryControl;
  readonly #conversations: ConversationsControl;
  readonly #devices: DevicesControl;
  readonly #calls: CallsControl;
  readonly #media: MediaControl;
  readonly #rest: Account;
  readonly #account: AccountControl;
  readonly #administration: AdministrationControl;
  /** The person has asked to be signed out. */
  isLeaving = false;
  #preferences: Preferences = loadPreferences();
  #route: Route = routeOf(location.hash);
  #nameProblem: string | undefined;
  readonly #deviceLink: DeviceLinkControl;
  #notice: Notice | undefined;

  constructor(phone: Phone, identity: Identity, changed: () => void) {
    this.phone = phone;
    this.#identity = identity;
    this.#changed = changed;
    this.#people = new PeopleControl(phone, changed);
    this.#own = peopleOf(phone);
    this.#own.reportActivity();
    showPictures(this.#own);
    this.#own.on('changed', () => {
      changed();
      picturesChanged();
    });
    this.#history = new HistoryControl(phone, changed);
    this.#conversations = new ConversationsControl(phone, changed, (conversation, entry) => this.#tellOf(conversation, entry));
    this.#devices = new DevicesControl(phone, changed);
    this.#deviceLink = new DeviceLinkControl(identity, changed);
    this.#calls = new CallsControl(phone, {
      changed,
      notice: (notice) => this.say(notice),
      ended: ({ id }) => void this.#attempt(this.#history.expect(id)),
    });
    this.#media = new MediaControl(phone, changed, (notice) => this.say(notice));
    this.#rest = new Account(identity);
    this.#account = new AccountControl(this.#rest, changed);
    this.#administration = new AdministrationControl(this.#rest, changed, (notice) => this.say(notice));
    for (const type of ['state', 'settings', 'renamed'] as const) phone.on(type, changed);
    // What one may do may have changed meanwhile.
    phone.on('state', (state) => state === 'online' && void this.#attempt(this.#account.load()));
    addEventListener('hashchange', this.#onHash);
    this.#look();
    // Otherwise it is asked already.
    if (this.#route.section !== 'settings') void this.#attempt(this.#account.load());
    void this.#attempt(this.#people.load());
    void this.#attempt(this.#own.load());
    void this.#attempt(this.#history.refresh());
    void this.#attempt(this.#conversations.load());
  }

  /** Signed in with an account of this server, rather than by a name. */
  get hasAccount(): boolean {
    return this.#account.state.own !== undefined;
  }

  state({ audible, silenced }: Page): SignedIn {
    const { phone } = this;
    return {
      kind: 'signed-in',
      me: phone.user,
      line: phone.state === 'online' ? 'up' : 'down',
      route: this.#route,
      people: this.#people.state,
      own: { profile: this.#own.profile, contacts: this.#own.contacts, blocked: this.#own.blocked },
      history: this.#history.state,
      conversations: this.#conversations.state,
      settings: {
        ...phone.settings,
        ...this.#preferences,
        notify: this.#preferences.notify && notificationPermission() === 'granted',
        notifyBlocked: notificationPermission() === 'denied',
        nameProblem: this.#nameProblem,
        deviceLink: this.#deviceLink.state.link,
        devices: this.#devices.state.list,
        account: this.#account.state.own,
        accountPending: this.#account.state.pending,
      },
      administration: this.#administration.state,
      ...this.#calls.state,
      ...this.#media.state,
      audible,
      silenced,
      notice: this.#notice,
    };
  }

  /** Lets an element be heard on the loudspeaker that was chosen. */
  playOnSpeaker(element: HTMLMediaElement): () => void {
    return this.#media.play(element);
  }

  run(command: Command): void {
    void this.#attempt(this.#run(command));
  }

  close(): void {
    removeEventListener('hashchange', this.#onHash);
    this.#people.close();
    this.#own.stopReporting();
    showPictures(undefined);
    this.#history.close();
    this.#conversations.close();
    this.#calls.close();
    this.#media.close();
  }

  async #run(command: Command): Promise<void> {
    switch (command.type) {
      case 'go':
        return this.#go(command.to);
      case 'search':
        this.#conversations.search(command.query);
        return this.#people.search(command.query);
      case 'unlist':
        return this.#unlist(command.person);
      case 'more-history':
        return this.#history.more();
      case 'more-conversations':
        return this.#conversations.more();
      case 'more-found':
        return this.#conversations.moreFound();
      case 'show-message':
        return this.#showMessage(command.to, command.position);
      case 'notify':
        return this.#prefer({ notify: command.on && (await mayNotify()) });
      case 'group':
        return this.#go({
          section: 'conversations',
          conversation: await this.#conversations.group(command.name, command.people),
        });
      case 'leave-group':
        await this.#conversations.run(command);
        return this.#go({ section: 'conversations' });
      case 'say':
      case 'edit':
      case 'delete':
      case 'react':
      case 'retry':
      case 'discard':
      case 'send-files':
      case 'earlier':
      case 'later':
      case 'newest':
      case 'seek':
      case 'change-group':
      case 'seen':
      case 'typing':
        return this.#conversations.run(command);
      case 'call':
        this.#notice = undefined;
        return this.#calls.call(command.to, command.video);
      case 'answer':
        return this.#calls.answer(command.call, command.video);
      case 'decline':
        return this.#calls.decline(command.call);
      case 'hang-up':
        return this.#calls.hangUp(command.call);
      case 'mute':
        return this.#calls.mute(command.call, command.muted);
      case 'camera':
        return this.#calls.setCamera(command.call, command.on);
      case 'hold':
        return this.#calls.hold(command.call, command.held);
      case 'share-screen':
        return this.#calls.share(command.call, command.on, command.sound);
      case 'digits':
        return this.#calls.press(command.call, command.digits);
      case 'use-devices':
        for (const { kind, device } of command.choices) await this.#media.choose(kind, device);
        return;
      case 'ask-for-speaker':
        return this.#media.askForSpeaker();
      case 'process':
        return this.#media.process(command.change);
      case 'try-device':
        return this.#media.try(command.kind, command.on);
      case 'show-call':
        return this.#calls.show(command.call, command.full);
      case 'dismiss':
        return this.#calls.dismiss(command.call);
      case 'rename':
        return this.#rename(command.name);
      case 'settings':
        return this.#change(command.change);
      case 'status':
        await this.#own.setStatus(command.status, { forMs: command.forMs });
        return;
      case 'picture':
        await this.#own.setPicture(command.file);
        return;
      case 'tell-seen':
        await this.#own.tellSeen(command.on);
        return;
      case 'star':
        return this.#own.add(command.person.address, { starred: command.on });
      case 'block':
        return this.#block(command.person, command.on);
      case 'theme':
        applyTheme(command.theme);
        return this.#prefer({ theme: command.theme });
      case 'language':
        await applyLanguage(command.language);
        return this.#prefer({ language: command.language });
      case 'ring-aloud':
        return this.#prefer({ ringAloud: command.on });
      case 'add-device':
        if (command.open) return this.#deviceLink.make();
        this.#deviceLink.putAway();
        return this.#devices.refresh();
      case 'remove-device':
        return this.#devices.remove(command.device);
      case 'open-password':
        return this.#account.openPassword(command.open);
      case 'change-password':
        return this.#changePassword(command.current, command.next, command.signOutOthers);
      case 'sign-out':
        return this.#signOut();
      case 'search-accounts':
      case 'more-accounts':
      case 'set-role':
      case 'close-account':
      case 'invite':
      case 'put-invitation-away':
      case 'take-invitation-back':
        return this.#administration.run(command);
      case 'dismiss-notice':
        return this.say(undefined);
      case 'sign-in':
      case 'sign-in-as':
      case 'sign-in-with-password':
      case 'sign-in-at-provider':
      case 'sign-up':
      case 'leave-invitation':
      case 'join':
      case 'play':
      case 'reload':
      case 'test-sound':
      case 'full-screen':
        // Of the page, not of the person.
        return;
    }
  }

  #go(to: Route): void {
    if (hashOf(to) === hashOf(this.#route)) return;
    // Between two conversations of the list there is no way back: it leads to the list.
    const sideways = whereOf(to) !== undefined && whereOf(this.#route) !== undefined;
    history[sideways ? 'replaceState' : 'pushState'](null, '', hashOf(to));
    this.#onHash();
  }

  async #showMessage(to: Route, position: number): Promise<void> {
    if (hashOf(to) === hashOf(this.#route)) return this.#conversations.run({ type: 'seek', position });
    this.#conversations.aim(position);
    this.#go(to);
  }

  #tellOf(conversation: Conversation, entry: Entry): void {
    if (!this.#preferences.notify || this.phone.settings.doNotDisturb) return;
    notify(conversation, entry, this.phone.user.address, (to) => this.#go(to));
  }

  readonly #onHash = (): void => {
    this.#route = routeOf(location.hash);
    // It was about what one looked at before.
    this.#notice = undefined;
    this.#look();
    this.#changed();
  };

  /** What is before the person's eyes now. */
  #look(): void {
    this.#history.watch(this.#route.section === 'calls');
    void this.#attempt(this.#conversations.look(whereOf(this.#route)));
    if (this.#route.section !== 'settings') return;
    void this.#attempt(this.#devices.refresh());
    void this.#attempt(this.#lookAtAccounts());
  }

  async #lookAtAccounts(): Promise<void> {
    await this.#account.load();
    const role = this.#account.state.own?.role;
    const mayInvite = role === 'admin' || role === 'member';
    if (this.#route.page === 'accounts' && mayInvite) await this.#administration.load(role === 'admin');
  }

  async #block({ address, name }: Person, on: boolean): Promise<void> {
    await (on ? this.#own.block(address) : this.#own.unblock(address));
    this.say({ text: (on ? t.people.blockedNow : t.people.unblockedNow)(briefly(name)) });
  }

  #unlist({ address, name }: Person): void {
    this.#people.unlist(address);
    this.#go({ section: 'people' });
    this.say({ text: t.people.takenOff(briefly(name)) });
  }

  async #rename(name: string): Promise<void> {
    try {
      const { name: now } = await this.phone.rename(name);
      this.#nameProblem = undefined;
      this.say({ text: t.settings.nowCalled(briefly(now)) });
    } catch (error) {
      this.#nameProblem = nameProblem(error, name).message;
      this.#changed();
    }
  }

  async #changePassword(current: string, next: string, signOutOthers: boolean): Promise<void> {
    if (!(await this.#account.changePassword(current, next, signOutOthers))) return;
    this.say({ text: t.settings.passwordChanged });
    await this.#devices.refresh();
  }

  /** Signs this browser out for good; the page closes with it. */
  async #signOut(): Promise<void> {
    this.isLeaving = true;
    try {
      await this.#rest.signOut();
    } catch (error) {
      this.isLeaving = false;
      throw error;
    }
    forgetIdentity(this.#identity);
    await this.phone.close();
  }

  async #change(change: Partial<Settings>): Promise<void> {
    try {
      await this.phone.changeSettings(change);
    } finally {
      // Also puts a switch back that could not be turned.
      this.#changed();
    }
  }

  #prefer(change: Partial<Preferences>): void {
    this.#preferences = { ...this.#preferences, ...change };
    savePreferences(this.#preferences);
    this.#changed();
  }

  say(notice: Notice | undefined): void {
    this.#notice = notice;
    this.#changed();
  }

  /** What fails without a place of its own to say so. */
  async #attempt(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (this.phone.state !== 'closed') this.say({ text: conversationProblem(error) ?? signInProblem(error, '').message });
    }
  }
}
