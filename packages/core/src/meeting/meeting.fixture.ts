import type { From } from '../call/call.ts';
import type { MeetingChange } from '../protocol/meetings.ts';
import type { Event } from '../protocol/signaling.ts';
import { meetingMachine, newMeeting } from './meeting.ts';
import type { Attendee, MeetingEffect, MeetingInput, MeetingState, Plan, Standing } from './meeting.ts';

/** One page of somebody: `anna`, or `anna/phone` on another device, or `anna/phone/2` in another tab of it. */
export function from(where: string): From {
  const [address = '', device = 'laptop', tab = '1'] = where.split('/');
  return {
    person: { address, name: address.toUpperCase() },
    device: `${address}-${device}`,
    deviceName: device,
    connection: `${address}-${device}-${tab}`,
  };
}

export const id = 'meeting-0123456789';
export const usual: Plan = { lobby: 'guests', remindMs: 600_000 };

interface Entering {
  readonly guest?: boolean;
  readonly member?: boolean;
  readonly passcode?: 'none' | 'right' | 'wrong' | 'limited';
  readonly phone?: true;
}

/** A meeting with a session that does what it is asked. */
export class Drive {
  state: MeetingState = newMeeting(id);
  now = 1_000_000;
  /** What was asked of the session: `create s-1`, `add anna`. */
  readonly asked: string[] = [];
  /** Who has a token, and who reads what is said. */
  readonly tokens = new Set<string>();
  readonly talking = new Set<string>();
  #fresh = 0;

  input(input: MeetingInput, afterMs = 1_000): readonly MeetingEffect[] {
    this.now += afterMs;
    const { state, effects } = meetingMachine.step(this.state, input, this.now);
    this.state = state;
    for (const effect of effects) this.#note(effect);
    return effects;
  }

  make(plan: Partial<Plan> = {}, more: Partial<Extract<MeetingInput, { type: 'make' }>> = {}): readonly MeetingEffect[] {
    const made = { type: 'make', by: from('anna'), hosts: [], plan: { ...usual, ...plan }, emails: [], users: [] } as const;
    return this.input({ ...made, ...more });
  }

  enter(
    where: string,
    { phone, guest = phone ?? false, member = false, passcode = 'none' }: Entering = {},
  ): readonly MeetingEffect[] {
    this.#fresh += 1;
    const fresh = { participant: `p-${where}-${this.#fresh}`, session: `s-${this.#fresh}` };
    return this.input({ type: 'enter', from: from(where), guest, ...(phone && { phone }), member, passcode, fresh });
  }

  /** Enters, and joins the session. */
  come(where: string, how: Entering = {}): readonly MeetingEffect[] {
    const entered = this.enter(where, how);
    return [...entered, ...this.join(where)];
  }

  join(where: string): readonly MeetingEffect[] {
    const { id: participant } = this.attendee(where);
    return this.input({ type: 'joined', session: this.session, participant, connection: from(where).connection });
  }

  leaves(where: string): readonly MeetingEffect[] {
    return this.input({ type: 'left', session: this.session, participant: this.attendee(where).id });
  }

  act(who: string, type: 'admit' | 'refuse' | 'mute' | 'remove' | 'host' | 'lower', whom: string): readonly MeetingEffect[] {
    const participant = this.attendee(whom).id;
    const by = from(who);
    return this.input(type === 'admit' ? { type, by, participant, fresh: this.#freshSession() } : { type, by, participant });
  }

  dial(who: string | undefined, whom: string): readonly MeetingEffect[] {
    const fresh = { participant: `p-${whom}`, session: this.#freshSession() };
    return this.input({ type: 'dial', by: who === undefined ? undefined : from(who), phone: from(whom), fresh });
  }

  answers(whom: string): readonly MeetingEffect[] {
    return this.input({ type: 'answered', participant: this.attendee(whom).id, fresh: this.#freshSession() });
  }

  lock(who: string | undefined, locked: boolean): readonly MeetingEffect[] {
    return this.input({ type: 'lock', by: who === undefined ? undefined : from(who), locked, fresh: this.#freshSession() });
  }

  change(who: string, change: MeetingChange): readonly MeetingEffect[] {
    return this.input({ type: 'change', by: from(who), change, fresh: this.#freshSession() });
  }

  invite(who: string | undefined, whom: { emails?: string[]; users?: string[]; guest?: boolean }): readonly MeetingEffect[] {
    const { emails = [], users = [], guest = false } = whom;
    const by = who === undefined ? undefined : from(who);
    const people = users.map((user) => from(user).person);
    return this.input({ type: 'invite', by, guest, emails, users: people, fresh: this.#freshSession() });
  }

  #freshSession(): string {
    this.#fresh += 1;
    return `s-${this.#fresh}`;
  }

  get standing(): Standing {
    if (this.state.kind !== 'standing') throw new Error(`it is ${this.state.kind}`);
    return this.state;
  }

  get session(): string {
    return this.standing.session ?? 'none';
  }

  attendee(where: string): Attendee {
    const { person, device } = from(where);
    const found = Object.values(this.standing.attendees).find(
      (one) => one.person.address === person.address && one.device === device,
    );
    if (found === undefined) throw new Error(`${where} is not there`);
    return found;
  }

  /** `anna`, or `bo waiting`. */
  get people(): string[] {
    if (this.state.kind !== 'standing') return [];
    return Object.values(this.state.attendees).map(({ person, place }) => person.address + (place === 'in' ? '' : ` ${place}`));
  }

  /** Lets time pass up to the deadline, and asks the machine. */
  wait(): readonly MeetingEffect[] {
    const deadline = meetingMachine.deadline(this.state);
    if (deadline === undefined) throw new Error('it waits for nothing');
    return this.input({ type: 'tick' }, Math.max(0, deadline - this.now));
  }

  #note(effect: MeetingEffect): void {
    switch (effect.type) {
      case 'session': {
        const { ask } = effect;
        this.asked.push(
          `${ask.type} ${ask.type === 'add' ? ask.participant.id : 'participant' in ask ? ask.participant : effect.session}`,
        );
        return;
      }
      case 'token':
        if (effect.is) this.tokens.add(effect.participant);
        else this.tokens.delete(effect.participant);
        return;
      case 'chat':
        for (const { address } of effect.joined) this.talking.add(address);
        for (const { address } of effect.left) this.talking.delete(address);
        return;
      default:
        return;
    }
  }
}

/** Anna has made it, and is in it. */
export function begun(plan: Partial<Plan> = {}): Drive {
  const drive = new Drive();
  drive.make(plan);
  drive.come('anna');
  return drive;
}

/** The code with which an input was refused. */
export function refusal(effects: readonly MeetingEffect[]): string | undefined {
  return effects.find((effect) => effect.type === 'refuse')?.code;
}

/** What was told to whom: `bo joined anna`, `bo over removed`, `bo sees`. */
export function told(effects: readonly MeetingEffect[]): string[] {
  return effects.flatMap((effect) => {
    if (effect.type === 'send') return `${effect.to.user} ${words(effect.event)}`;
    if (effect.type === 'show') return `${effect.to.user} sees`;
    return [];
  });
}

export function mails(effects: readonly MeetingEffect[]): string[] {
  return effects.flatMap((effect) =>
    effect.type === 'mail' ? [effect.what, effect.calendar, ...effect.to].filter(Boolean).join(' ') : [],
  );
}

export function news(effects: readonly MeetingEffect[]): string[] {
  return effects.flatMap((effect) => (effect.type === 'announce' ? effect.event : []));
}

function words(event: Event): string {
  switch (event.type) {
    case 'meeting_attendee': {
      const { user, place, host, standsIn, hand, cause } = event.attendee;
      return [
        event.change,
        user.address,
        ...(place === 'in' ? [] : [place]),
        ...(cause ? [cause] : []),
        ...(host ? ['host'] : []),
        ...(standsIn ? ['stands in'] : []),
        ...(hand ? ['hand'] : []),
      ].join(' ');
    }
    case 'meeting_over':
      return `over ${event.cause}`;
    default:
      return event.type;
  }
}
