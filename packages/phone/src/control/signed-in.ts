import { forgetIdentity } from '@offhook/client';
import type { Identity, Phone } from '@offhook/client';
import type { Conversation } from '@offhook/client/conversations';
import type { Entry, Person, Settings } from '@offhook/core';
import { addToDraft } from '../elements/drafts.ts';
import { t } from '../texts/texts.ts';
import type { Command, OfCalls, WayIn } from '../view/commands.ts';
import { forwardTo } from '../view/forwards.ts';
import type { Notice, Page, Route, SignedIn } from '../view/state.ts';
import { isMine } from '../view/state.ts';
import { isTakenPartIn } from '../view/meeting.ts';
import type { Where } from '../view/conversations-state.ts';
import { briefly } from '../view/names.ts';
import { AccountsControl } from './accounts.ts';
import { CallsControl } from './calls.ts';
import { ConversationsControl } from './conversations.ts';
import { DevicesControl } from './devices.ts';
import { HistoryControl } from './history.ts';
import { MediaControl } from './media.ts';
import { MeetingsControl } from './meetings.ts';
import { OwnControl } from './own.ts';
import { PeopleControl } from './people.ts';
import { PreferencesControl } from './preferences.ts';
import { conversationProblem, signInProblem } from './problems.ts';
import { mayNotify, notificationPermission, notify } from './notifications.ts';
import { PushControl } from './push.ts';
import { LinksControl } from './links.ts';
import { RingingControl } from './ringing.ts';
import { Place } from './place.ts';
import { whereOf } from './route.ts';

/** A person is signed in: joins what the parts know to one state, and gives each command to the part it concerns. */
export class SignedInControl {
  readonly phone: Phone;
  readonly #identity: Identity;
  readonly #changed: () => void;
  readonly #people: PeopleControl;
  readonly #own: OwnControl;
  readonly #history: HistoryControl;
  readonly #conversations: ConversationsControl;
  readonly #devices: DevicesControl;
  readonly #calls: CallsControl;
  readonly #media: MediaControl;
  readonly #meetings: MeetingsControl;
  readonly #push: PushControl;
  readonly #ringing: RingingControl;
  readonly #preferences: PreferencesControl;
  readonly #links: LinksControl;
  readonly #accounts: AccountsControl;
  /** The person has asked to be signed out. */
  isLeaving = false;
  readonly #place = new Place(() => this.#moved());
  #notice: Notice | undefined;

  constructor(phone: Phone, identity: Identity, changed: () => void) {
    this.phone = phone;
    this.#identity = identity;
    this.#changed = changed;
    this.#people = new PeopleControl(phone, changed);
    const say = (notice: Notice): void => this.say(notice);
    this.#own = new OwnControl(phone, changed, say);
    this.#history = new HistoryControl(phone, changed);
    this.#conversations = new ConversationsControl(phone, changed, (conversation, entry) => this.#tellOf(conversation, entry));
    this.#devices = new DevicesControl(phone, this.#own.people, identity, changed, say);
    this.#own.people.on('accounts', () => void this.#attempt(this.#lookAtAccounts()));
    this.#calls = new CallsControl(phone, {
      changed,
      notice: say,
      meet: (meeting) => this.run({ type: 'meeting', what: { act: 'take', meeting } }),
      unsaid: ({ address }, text) => addToDraft(phone.user.address, address, text),
      ended: (call) => void this.#attempt(this.#history.expect(call)),
    });
    this.#media = new MediaControl(phone, changed, say);
    this.#meetings = new MeetingsControl(phone, identity.url, {
      changed,
      say,
      holdCalls: () => this.#calls.holdAll(),
      go: (to) => this.#place.go(to),
    });
    this.#push = new PushControl(this, changed);
    this.#ringing = new RingingControl(phone, changed);
    this.#preferences = new PreferencesControl(changed);
    this.#links = new LinksControl(phone, changed, (to) => this.#place.go(to));
    this.#accounts = new AccountsControl(identity, changed, say);
    for (const type of ['state', 'settings', 'renamed'] as const) phone.on(type, changed);
    // What one may do, and what stands in the settings, may have changed meanwhile.
    phone.on('state', (state) => state === 'online' && this.#lookAtSettings());
    this.#look();
    this.#lookAtSettings();
    void this.#attempt(this.#people.load());
    void this.#attempt(this.#own.load());
    void this.#attempt(this.#history.refresh());
    void this.#attempt(this.#conversations.load());
  }

  /** Signed in with an account of this server, rather than by a name. */
  get hasAccount(): boolean {
    return this.#accounts.own !== undefined;
  }

  /** In a call, or about to be. */
  get isBusy(): boolean {
    return this.#calls.state.calls.some(isMine) || isTakenPartIn(this.#meetings.state(false).meeting);
  }

  state(page: Page): SignedIn {
    const { phone } = this;
    return {
      kind: 'signed-in',
      me: phone.user,
      line: phone.state === 'online' ? 'up' : 'down',
      route: this.#place.route,
      people: this.#people.state,
      own: this.#own.own,
      history: this.#history.state,
      conversations: this.#conversations.state,
      settings: {
        ...phone.settings,
        ...this.#preferences.state,
        ...this.#links.settings,
        notify: this.#preferences.state.notify && notificationPermission() === 'granted',
        notifyBlocked: notificationPermission() === 'denied',
        push: this.#push.state.push,
        ...this.#own.state,
        ...this.#devices.settings,
        account: this.#accounts.own,
        accountPending: this.#accounts.pending,
      },
      administration: this.#accounts.administration,
      ...this.#calls.state,
      meetings: this.#meetings.state(page.silenced),
      ...this.#media.state,
      ...this.#ringing.state,
      ...this.#links.state,
      ...page,
      notice: this.#notice,
    };
  }

  /** Leads to whom a link calls, and asks. */
  followLink(text: string): void {
    void this.#attempt(this.#follow(text));
  }

  async #follow(text: string): Promise<void> {
    if (!(await this.#links.follow(text))) this.say({ text: t.links.unusable });
  }

  /** This page has shown that it may make sounds. */
  mayRing(): void {
    this.#ringing.mayRing();
  }

  /** Lets an element be heard on the loudspeaker that was chosen. */
  playOnSpeaker(element: HTMLMediaElement): () => void {
    return this.#media.play(element);
  }

  run(command: Exclude<Command, WayIn>): void {
    void this.#attempt(this.#run(command));
  }

  close(): void {
    const parts = [this.#people, this.#own, this.#history, this.#conversations, this.#calls, this.#media, this.#push];
    for (const part of [...parts, this.#preferences, this.#meetings, this.#place]) part.close();
  }

  async #run(command: Exclude<Command, WayIn>): Promise<void> {
    switch (command.type) {
      case 'go':
        return this.#place.go(command.to);
      case 'search':
        this.#conversations.search(command.query);
        return this.#people.search(command.query);
      case 'find-people':
        return this.#people.find(command.query);
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
        return this.#preferences.prefer({ notify: command.on && (await mayNotify()) });
      case 'ring-closed':
      case 'test-ring-closed':
        return this.#push.run(command);
      case 'group':
        return this.#place.go({
          section: 'conversations',
          conversation: await this.#conversations.group(command.name, command.people),
        });
      case 'leave-group':
        await this.#conversations.run(command);
        return this.#place.go({ section: 'conversations' });
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
      case 'meeting':
        await this.#meetings.run(command.what);
        // What is written beside it is before the person's eyes, or no longer.
        return command.what.act === 'panel' ? this.#look() : undefined;
      case 'call':
        this.#notice = undefined;
        this.#links.putAway();
        return this.#talk(command);
      case 'answer':
        return this.#talk(command);
      case 'decline':
      case 'reply':
      case 'hang-up':
      case 'mute':
      case 'camera':
      case 'hold':
      case 'share-screen':
      case 'digits':
      case 'show-call':
      case 'consult':
      case 'connect':
      case 'transfer':
      case 'take-back':
      case 'dismiss':
        return this.#calls.run(command);
      case 'use-devices':
      case 'ask-for-speaker':
      case 'process':
      case 'try-device':
        return this.#media.run(command);
      case 'rename':
      case 'status':
      case 'picture':
      case 'tell-seen':
      case 'star':
      case 'block':
        return this.#own.run(command);
      case 'settings':
        return this.#change(command.change);
      case 'stop-forwarding':
        return this.#change({ forward: forwardTo(this.phone.settings, 'always', undefined) });
      case 'theme':
      case 'language':
      case 'ring-aloud':
      case 'media-keys':
        return this.#preferences.run(command);
      case 'put-link-away':
      case 'take-links':
        return this.#links.run(command);
      case 'add-device':
      case 'name-device':
      case 'remove-device':
      case 'greeting':
      case 'phones':
        return this.#devices.run(command);
      case 'open-password':
        return this.#accounts.openPassword(command.open);
      case 'change-password':
        return this.#changePassword(command.current, command.next, command.signOutOthers);
      case 'sign-out':
        return this.#signOut();
      case 'search-accounts':
      case 'more-accounts':
      case 'set-role':
      case 'close-account':
      case 'password-link':
      case 'invite':
      case 'put-invitation-away':
      case 'take-invitation-back':
        return this.#accounts.run(command);
      case 'dismiss-notice':
        return this.say(undefined);
      case 'play':
      case 'reload':
      case 'test-sound':
      case 'full-screen':
      case 'mini-window':
        // Of the page, not of the person.
        return;
    }
  }

  /** Whoever talks in a call is not heard in the meeting. */
  #talk(command: OfCalls): Promise<void> {
    if (isTakenPartIn(this.#meetings.state(false).meeting)) void this.#meetings.run({ act: 'microphone', on: false });
    return this.#calls.run(command);
  }

  async #showMessage(to: Route, position: number): Promise<void> {
    if (this.#place.isAt(to)) return this.#conversations.run({ type: 'seek', position });
    this.#conversations.aim(position);
    this.#place.go(to);
  }

  #tellOf(conversation: Conversation, entry: Entry): void {
    if (!this.#preferences.state.notify || this.phone.settings.doNotDisturb) return;
    notify(conversation, entry, this.phone.user.address, (to) => this.#place.go(to));
  }

  #moved(): void {
    // It was about what one looked at before.
    this.#notice = undefined;
    this.#look();
    if (this.#place.route.section === 'settings') this.#lookAtSettings();
    this.#changed();
  }

  /** What is before the person's eyes now. */
  #look(): void {
    this.#history.watch(this.#place.route.section === 'calls');
    void this.#attempt(this.#meetings.look(this.#place.route));
    void this.#attempt(this.#conversations.look(whereOf(this.#place.route) ?? this.#beside()));
  }

  /** The conversation beside the meeting. */
  #beside(): Where | undefined {
    const { meeting } = this.#meetings.state(false);
    if (meeting?.panel !== 'chat' || meeting.id !== this.#place.route.meeting || meeting.chat === undefined) return undefined;
    return { conversation: meeting.chat };
  }

  #lookAtSettings(): void {
    if (this.#place.route.section === 'settings') void this.#attempt(this.#devices.refresh());
    void this.#attempt(this.#lookAtAccounts());
  }

  #lookAtAccounts(): Promise<void> {
    return this.#accounts.look(this.#place.route.page === 'accounts');
  }

  #unlist({ address, name }: Person): void {
    this.#people.unlist(address);
    this.#place.go({ section: 'people' });
    this.say({ text: t.people.takenOff(briefly(name)) });
  }

  async #changePassword(current: string, next: string, signOutOthers: boolean): Promise<void> {
    if (!(await this.#accounts.changePassword(current, next, signOutOthers))) return;
    this.say({ text: t.settings.passwordChanged });
    await this.#devices.refresh();
  }

  /** Signs this browser out for good; the page closes with it. */
  async #signOut(): Promise<void> {
    this.isLeaving = true;
    const closed = new Promise((resolve) => this.phone.on('closed', resolve));
    try {
      await this.#accounts.signOut();
    } catch (error) {
      this.isLeaving = false;
      throw error;
    }
    forgetIdentity(this.#identity);
    // The server does it: nothing is said any more on a socket that closes.
    await closed;
  }

  async #change(change: Partial<Settings>): Promise<void> {
    try {
      await this.phone.changeSettings(change);
    } finally {
      // Also puts a switch back that could not be turned.
      this.#changed();
    }
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
