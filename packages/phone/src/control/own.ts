import type { Phone } from '@offhook/client';
import { peopleOf } from '@offhook/client/people';
import type { People } from '@offhook/client/people';
import { echoPerson, isEcho } from '@offhook/core';
import type { Person } from '@offhook/core';
import { picturesChanged, showPictures } from '../elements/pictures.ts';
import { t } from '../texts/texts.ts';
import type { OfOneself } from '../view/commands.ts';
import { briefly } from '../view/names.ts';
import type { OwnState } from '../view/own.ts';
import type { Notice } from '../view/state.ts';
import { Part } from './part.ts';
import { nameProblem } from './problems.ts';

/** What one says of oneself, whom one knows, and of whom one does not want to hear. */
export class OwnControl extends Part<{ readonly nameProblem?: string | undefined }> {
  readonly people: People;
  readonly #phone: Phone;
  readonly #say: (notice: Notice) => void;

  constructor(phone: Phone, changed: () => void, say: (notice: Notice) => void) {
    super({}, changed);
    this.#phone = phone;
    this.#say = say;
    this.people = peopleOf(phone);
    this.people.reportActivity();
    showPictures(this.people);
    this.people.on('changed', () => {
      changed();
      picturesChanged();
    });
  }

  get own(): OwnState {
    const { profile, contacts, blocked } = this.people;
    return { profile, contacts, blocked, echo: this.#echo };
  }

  /** There where the server can carry media. */
  get #echo(): Person | undefined {
    const found = this.people.of(echoPerson.address);
    return found !== undefined && isEcho(found) && found.presence !== 'offline' ? echoPerson : undefined;
  }

  load(): Promise<void> {
    return this.people.load();
  }

  close(): void {
    this.people.stopReporting();
    showPictures(undefined);
  }

  async run(command: OfOneself): Promise<void> {
    switch (command.type) {
      case 'rename':
        return this.#rename(command.name);
      case 'status':
        await this.people.setStatus(command.status, { forMs: command.forMs });
        return;
      case 'picture':
        await this.people.setPicture(command.file);
        return;
      case 'tell-seen':
        await this.people.tellSeen(command.on);
        return;
      case 'star':
        return this.people.add(command.person.address, { starred: command.on });
      case 'block':
        return this.#block(command.person, command.on);
    }
  }

  async #rename(name: string): Promise<void> {
    try {
      const { name: now } = await this.#phone.rename(name);
      this.set({ nameProblem: undefined });
      this.#say({ text: t.settings.nowCalled(briefly(now)) });
    } catch (error) {
      this.set({ nameProblem: nameProblem(error, name).message });
    }
  }

  async #block({ address, name }: Person, on: boolean): Promise<void> {
    await (on ? this.people.block(address) : this.people.unblock(address));
    this.#say({ text: (on ? t.people.blockedNow : t.people.unblockedNow)(briefly(name)) });
  }
}
