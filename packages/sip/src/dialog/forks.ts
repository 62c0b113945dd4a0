/** The dialogs that one INVITE of ours makes: a proxy may ring several places, each with its own early dialog, and several may answer (§13.2.2.4). */
import type { Request, Response } from '../message/message.ts';
import { Dialog } from './dialog.ts';

export type Heard =
  /** 100, or one that makes no dialog, as where there are too many. */
  | { readonly type: 'progress' }
  | { readonly type: 'early'; readonly dialog: Dialog; readonly isNew: boolean }
  /** The first answer: acknowledge it and talk. The early dialogs of the others are over. */
  | { readonly type: 'answered'; readonly dialog: Dialog }
  /** Somebody else has answered too: acknowledge it and say BYE. */
  | { readonly type: 'answeredToo'; readonly dialog: Dialog }
  /** The 2xx of this dialog again: its ACK was lost, and is to be sent once more. */
  | { readonly type: 'repeated'; readonly dialog: Dialog }
  | { readonly type: 'refused' };

/** Whoever is called makes these, and each costs: no more places than these tell what is heard of them. */
const earlyMost = 16;

export class Forks {
  readonly #invite: Request;
  readonly #dialogs = new Map<string, Dialog>();
  #winner: Dialog | undefined;

  constructor(invite: Request) {
    this.#invite = invite;
  }

  get dialogs(): readonly Dialog[] {
    return [...this.#dialogs.values()];
  }

  /**
   * A response to the INVITE.
   *
   * @throws MessageError for a 2xx without Contact, which nobody could be told anything about
   */
  heard(response: Response): Heard {
    const { status } = response;
    const tag = response.toTag;
    if (status >= 300) {
      for (const dialog of this.#dialogs.values()) if (dialog.state === 'early') dialog.end();
      return { type: 'refused' };
    }
    const known = this.#dialogs.get(tag ?? '');
    if (status < 200) {
      // Some send 180 without Contact: it rings all the same, and the dialog begins with the next.
      if (status === 100 || (known === undefined && (tag === undefined || response.contacts.length === 0)))
        return { type: 'progress' };
      if (known !== undefined) return { type: 'early', dialog: known, isNew: false };
      if (this.#dialogs.size >= earlyMost) return { type: 'progress' };
      return { type: 'early', dialog: this.#begin(response), isNew: true };
    }
    if (known?.state === 'confirmed') return { type: 'repeated', dialog: known };
    let dialog = known;
    if (dialog === undefined || dialog.state === 'ended') dialog = this.#begin(response);
    else dialog.heard(this.#invite, response);
    if (this.#winner !== undefined) return { type: 'answeredToo', dialog };
    this.#winner = dialog;
    for (const other of this.#dialogs.values()) if (other !== dialog && other.state === 'early') other.end();
    return { type: 'answered', dialog };
  }

  #begin(response: Response): Dialog {
    const dialog = Dialog.ofClient(this.#invite, response);
    this.#dialogs.set(response.toTag ?? '', dialog);
    return dialog;
  }
}
