import { html } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { m } from '../texts/meetings.ts';
import type { Follow } from '../view/meeting.ts';
import type { Question } from './ask.ts';
import './ask.ts';
import { PhoneElement } from './element.ts';

/** Asks somebody in a meeting whether they leave it, as the other side of a call goes on in another one. */
export class FollowQuestion extends PhoneElement {
  static override properties = { follow: { attribute: false } };
  declare follow: Follow;

  #question: Question | undefined;

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('follow') as Follow | undefined;
    const { call, name, title } = this.follow;
    // Another question only about another call: one that was just answered is not asked again.
    if (before?.call === call) return;
    this.#question = {
      title: m.followQuestion(name),
      text: m.followConsequence(title),
      yes: m.followYes,
      no: m.followNo,
    };
  }

  protected override render(): TemplateResult {
    const { call } = this.follow;
    return html`<offhook-ask
      .question=${this.#question}
      @answered=${({ detail: yes }: CustomEvent<boolean>) => this.send({ type: 'meeting', what: { act: 'follow', call, yes } })}
    ></offhook-ask>`;
  }
}
customElements.define('offhook-follow', FollowQuestion);
