import { LitElement } from 'lit';
import type { CSSResult } from 'lit';
import type { Command } from '../view/commands.ts';
import { onLanguage } from '../texts/texts.ts';
import { base } from '../styles/base.ts';
import { tokens } from '../styles/tokens.ts';

/** The event by which a component asks for something; it bubbles up to whoever carries it out. */
export const commandEvent = 'offhook-command';

declare global {
  interface HTMLElementEventMap {
    [commandEvent]: CustomEvent<Command>;
  }
}

/** Every component of the phone: state comes in by properties, commands go out by events. */
export abstract class PhoneElement extends LitElement {
  static override styles: CSSResult[] = [tokens, base];

  #stopListening: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopListening = onLanguage(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopListening?.();
  }

  protected send(command: Command): void {
    this.dispatchEvent(new CustomEvent(commandEvent, { detail: command, bubbles: true, composed: true }));
  }
}
