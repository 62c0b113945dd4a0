import type { MeetingAction, MeetingsState } from '../view/meeting.ts';
import type { Route } from '../view/state.ts';
import type { MeetingDesk } from './meeting-desk.ts';
import type { MeetingHost } from './meeting-host.ts';
import type { Phone } from '@offhook/client';

/** The meetings of somebody. What knows them is loaded with the first look at one. */
export class MeetingsControl {
  readonly #make: () => Promise<MeetingDesk>;
  #loading: Promise<MeetingDesk> | undefined;
  #desk: MeetingDesk | undefined;

  constructor(phone: Phone, url: string, host: MeetingHost) {
    this.#make = async () => {
      const { MeetingDesk: Desk } = await import('./meeting-desk.ts');
      this.#desk = new Desk(phone, url, host);
      return this.#desk;
    };
    // The other side of a call may go on in a meeting.
    phone.on('calls', ({ length }) => length > 0 && void this.#load().catch(() => undefined));
  }

  state(silenced: boolean): MeetingsState {
    const state = this.#desk?.state ?? {};
    return state.meeting ? { ...state, meeting: { ...state.meeting, silenced } } : state;
  }

  async look(route: Route): Promise<void> {
    if (route.section === 'meetings') await (await this.#load()).look(route);
    else await this.#desk?.look(route);
  }

  async run(what: MeetingAction): Promise<void> {
    await (await this.#load()).run(what);
  }

  close(): void {
    this.#desk?.close();
  }

  async #load(): Promise<MeetingDesk> {
    this.#loading ??= this.#make();
    try {
      return await this.#loading;
    } catch (error) {
      // It is tried again.
      this.#loading = undefined;
      throw error;
    }
  }
}
