/** Telephones that come into meetings, as inputs of their machines: who has which PIN, who may guess, and what passcodes they key. */
import { dialInLimits, isLed } from '@offhook/core';
import type { Address, Cause, From, MeetingId, MeetingInput, ParticipantId, StandingMeeting } from '@offhook/core';
import type { Dialled, MeetingPhones, Place } from '../ports/meeting-phones.ts';
import type { Clock, Log, Outcome } from '../ports.ts';
import { Guesses } from './guesses.ts';
import type { MeetingIndex } from './meeting-index.ts';
import type { Passcodes } from './passcodes.ts';
import type { Respond } from './queues.ts';

export interface PhonesOfMeetingsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly index: MeetingIndex;
  readonly passcodes: Passcodes;
  readonly desk: {
    meeting(id: MeetingId): StandingMeeting | undefined;
    feed(id: MeetingId, input: MeetingInput, respond?: Respond): void;
    asked(session: string): Promise<void>;
  };
}

const perHour = 3_600;

export class PhonesOfMeetings implements MeetingPhones {
  readonly #deps: PhonesOfMeetingsDeps;
  readonly #guesses: Guesses;

  constructor(deps: PhonesOfMeetingsDeps) {
    this.#deps = deps;
    this.#guesses = new Guesses({
      ...deps,
      event: 'pins guessed',
      each: [{ perSecond: dialInLimits.pinsOfCallerPerHour / perHour, burst: dialInLimits.pinsOfCallerBurst }],
      all: { perSecond: dialInLimits.pinsPerHour / perHour, burst: dialInLimits.pinsBurst },
    });
  }

  isMeeting(meeting: MeetingId): boolean {
    return this.#deps.desk.meeting(meeting) !== undefined;
  }

  async find(pin: string, caller: Address, { number, meeting }: Dialled): Promise<MeetingId | undefined> {
    if (!(await this.#guesses.turn(number))) return undefined;
    const found = this.#deps.index.meetingByPin(pin);
    const isRight = found !== undefined && (meeting === undefined || meeting === found);
    return this.#guesses.check(number, [caller], () => isRight) === 'right' ? found : undefined;
  }

  async enter(meeting: MeetingId, from: From, said?: string): ReturnType<MeetingPhones['enter']> {
    const { desk, newId, passcodes } = this.#deps;
    const mayGuess = said === undefined || (await passcodes.turn(meeting));
    const wanted = desk.meeting(meeting)?.plan.passcode;
    const by = { from, networkAddress: `telephone ${from.person.address}` };
    const passcode =
      said === undefined || wanted === undefined ? 'none' : mayGuess ? passcodes.check(meeting, by, said, wanted) : 'limited';
    const fresh = { participant: newId(), session: newId() };
    const input = { type: 'enter', from, guest: true, phone: true, member: false, passcode, fresh } as const;
    const entered = await this.#place(meeting, input);
    // Letters are on no keypad.
    const isBeyond = 'error' in entered && entered.error === 'passcode_needed' && /\D/.test(wanted ?? '');
    if (isBeyond) return { error: 'forbidden' };
    const state = 'error' in entered || entered.session !== undefined ? undefined : desk.meeting(meeting);
    return state === undefined ? entered : { ...entered, isLed: isLed(state) };
  }

  leave(meeting: MeetingId, from: From): void {
    this.#deps.desk.feed(meeting, { type: 'leave', from });
  }

  dial(meeting: MeetingId, by: From | undefined, phone: From): ReturnType<MeetingPhones['dial']> {
    const { newId } = this.#deps;
    return this.#place(meeting, { type: 'dial', by, phone, fresh: { participant: newId(), session: newId() } });
  }

  answered(meeting: MeetingId, participant: ParticipantId): ReturnType<MeetingPhones['answered']> {
    return this.#place(meeting, { type: 'answered', participant, fresh: this.#deps.newId() });
  }

  unreached(meeting: MeetingId, participant: ParticipantId, cause: Cause): void {
    this.#deps.desk.feed(meeting, { type: 'unreached', participant, cause });
  }

  async #place(meeting: MeetingId, input: MeetingInput): Promise<Place | Extract<Outcome, { error: unknown }>> {
    const { desk } = this.#deps;
    const outcome = await new Promise<Outcome>((resolve) => desk.feed(meeting, input, resolve));
    if ('error' in outcome) return outcome;
    const participant = String(outcome.ok['participant']);
    const { session } = outcome.ok;
    // It is to know them when they come.
    if (typeof session === 'string') await desk.asked(session);
    return { participant, ...(typeof session === 'string' && { session }) };
  }
}
