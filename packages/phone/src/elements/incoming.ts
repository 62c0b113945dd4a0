import { css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { MessageSquareText, Phone, Video, X } from 'lucide';
import type { IconNode } from 'lucide';
import { t } from '../texts/texts.ts';
import { hue } from '../view/names.ts';
import { incomingText, problemText, sentences } from '../view/texts.ts';
import type { CallState } from '../view/state.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { need } from './lazy.ts';
import { tip } from './tip.ts';
import './avatar.ts';

/** Looks, and what each is called from outside. */
const parts = { answer: 'accept', other: 'other', danger: 'decline' } as const;
type Kind = keyof typeof parts;

/**
 * A call that rings here: a card in the corner of a desktop, the whole screen of a phone, a banner above another call. It takes
 * no focus, so that nobody who types answers by accident.
 *
 * @part card
 * @part accept
 * @part other
 * @part decline
 * @part reply
 */
export class Incoming extends PhoneElement {
  static override properties = {
    call: { attribute: false },
    audible: { type: Boolean },
    engaged: { type: Boolean, reflect: true },
  };
  declare call: CallState;
  /** The page can ring aloud. */
  declare audible: boolean;
  /** Another call is going on: answering puts it on hold. */
  declare engaged: boolean;

  protected override updated(changed: PropertyValues): void {
    if (changed.has('call')) this.style.setProperty('--hue', String(hue(this.call.peer.address)));
    const before = changed.get('call') as CallState | undefined;
    if (before?.reply && !this.call.reply) this.renderRoot.querySelector<HTMLElement>('.reply')?.focus();
  }

  protected override render(): TemplateResult {
    const { peer, problem } = this.call;
    const what = incomingText(this.call);
    return html`<section class="card" part="card" role="alertdialog" aria-labelledby="name" aria-describedby="what">
      <div class="who">
        <offhook-avatar .name=${peer.name} .address=${peer.address}></offhook-avatar>
        <div class="lines">
          <h2 id="name" class="cut"><bdi>${peer.name}</bdi></h2>
          <p id="what">${this.engaged ? t.calls.whileInAnother(what) : what}</p>
        </div>
      </div>
      ${problem ? html`<p class="problem" role="alert">${sentences(problemText(problem))}</p>` : nothing}
      ${this.audible ? nothing : html`<p class="silent">${t.calls.clickToRing}</p>`}
      ${this.call.reply ? this.#reply() : this.#ways()}
    </section>`;
  }

  #reply(): TemplateResult {
    need('offhook-reply');
    return html`<offhook-reply .call=${this.call}></offhook-reply>`;
  }

  #ways(): TemplateResult {
    return html`<div class="ways">
        ${this.#way(t.calls.decline, 'danger', X, 'decline', () => this.send({ type: 'decline', call: this.call.id }))}
        ${this.call.meeting ? this.#answer(t.calls.joinMeeting, 'answer', Video, 'answer', false) : this.#answers()}
      </div>
      ${this.call.placed ? nothing : this.#replyInstead()}`;
  }

  #replyInstead(): TemplateResult {
    return html`<button
      type="button"
      class="reply"
      part="reply"
      @click=${() => this.send({ type: 'reply', call: this.call.id, text: '' })}
    >
      ${icon(MessageSquareText)}${t.calls.replyInstead}
    </button>`;
  }

  #answers(): TemplateResult {
    const { video } = this.call.media;
    return html`${
      video
        ? this.#answer(t.calls.audioOnly, 'other', Phone, undefined, false)
        : this.#answer(t.calls.withVideo, 'other', Video, 'answerVideo', true)
    }
    ${this.#answer(this.engaged ? t.calls.holdAndAccept : t.calls.accept, 'answer', video ? Video : Phone, 'answer', video)}`;
  }

  #answer(
    label: string,
    kind: Kind,
    picture: IconNode,
    keys: 'answer' | 'answerVideo' | undefined,
    video: boolean,
  ): TemplateResult {
    return this.#way(label, kind, picture, keys, () => this.send({ type: 'answer', call: this.call.id, video }));
  }

  #way(
    label: string,
    kind: Kind,
    picture: IconNode,
    keys: 'answer' | 'answerVideo' | 'decline' | undefined,
    act: () => void,
  ): TemplateResult {
    return html`<button type="button" class="way ${kind}" part=${parts[kind]} @click=${act} ${tip(label, keys)}>
      <span class="disc">${icon(picture)}</span><span class="word">${label}</span>
    </button>`;
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        display: block;
        inline-size: min(400px, 100%);
        pointer-events: auto;
      }
      .card {
        padding: 16px;
        border-radius: 18px;
        border: 1px solid var(--line);
        background: var(--raised);
        box-shadow: var(--shadow);
        animation: arrive 180ms ease-out;
      }
      @keyframes arrive {
        from {
          opacity: 0;
          translate: 0 -8px;
        }
      }
      .who {
        display: flex;
        align-items: center;
        gap: 14px;
      }
      offhook-avatar {
        --avatar: 56px;
        border-radius: 50%;
        animation: ringing 1.6s ease-out infinite;
      }
      @keyframes ringing {
        0% {
          box-shadow: 0 0 0 0 color-mix(in oklab, var(--online) 55%, transparent);
        }
        70%,
        100% {
          box-shadow: 0 0 0 14px transparent;
        }
      }
      .lines {
        flex: 1;
        min-inline-size: 0;
      }
      h2 {
        font-size: var(--size-l);
        font-weight: var(--weight-strong);
      }
      #what,
      .silent {
        color: var(--quiet);
        font-size: var(--size-s);
      }
      .problem {
        margin-block-start: 10px;
        color: var(--danger-text);
        font-size: var(--size-s);
      }
      .silent {
        margin-block-start: 10px;
        color: var(--warning-text);
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin-block-start: 16px;
      }
      .way {
        flex: 1 1 auto;
        display: flex;
        align-items: center;
        justify-content: center;
        gap: 6px;
        min-block-size: 44px;
        padding: 4px 10px;
        border-radius: 22px;
        white-space: nowrap;
        background: var(--hover);
        font-size: var(--size-s);
        font-weight: var(--weight-medium);
        line-height: 1.2;
        transition: background-color var(--quick);
      }
      .way:hover {
        background: color-mix(in srgb, var(--text) 12%, transparent);
      }
      .reply {
        display: flex;
        align-items: center;
        justify-content: center;
        gap: 8px;
        inline-size: 100%;
        min-block-size: 44px;
        margin-block-start: 8px;
        border-radius: 22px;
        color: var(--quiet);
        font-size: var(--size-s);
        font-weight: var(--weight-medium);
      }
      .reply:hover {
        background: var(--hover);
        color: var(--text);
      }
      .reply .icon {
        inline-size: 18px;
        block-size: 18px;
      }
      .way .icon {
        inline-size: 18px;
        block-size: 18px;
      }
      .way.answer {
        background: var(--answer);
        color: #fff;
      }
      .way.answer:hover {
        background: var(--answer-strong);
      }
      .way.danger {
        background: var(--danger);
        color: #fff;
      }
      .way.danger:hover {
        background: var(--danger-strong);
      }

      /* The whole screen of a phone, unless another call has it. */
      @container (width < 720px) {
        :host {
          inline-size: 100%;
        }
        :host(:not([engaged])) {
          position: absolute;
          inset: 0;
        }
        :host(:not([engaged])) .card {
          display: flex;
          flex-direction: column;
          block-size: 100%;
          padding: calc(12vh + env(safe-area-inset-top)) 24px calc(48px + env(safe-area-inset-bottom));
          border: 0;
          border-radius: 0;
          color-scheme: dark;
          color: var(--stage-text);
          background: radial-gradient(120% 90% at 50% 32%, oklch(0.36 0.07 var(--hue) / 0.75), transparent 70%), var(--stage);
          --focus: var(--stage-text);
        }
        :host(:not([engaged])) .who {
          flex: 1;
          flex-direction: column;
          text-align: center;
          gap: 24px;
        }
        :host(:not([engaged])) .lines {
          flex: none;
          inline-size: 100%;
        }
        :host(:not([engaged])) offhook-avatar {
          --avatar: 128px;
        }
        :host(:not([engaged])) h2 {
          font-size: var(--size-xxl);
          letter-spacing: -0.02em;
          line-height: 1.2;
          white-space: normal;
          overflow-wrap: anywhere;
          text-wrap: balance;
        }
        :host(:not([engaged])) #what {
          margin-block-start: 6px;
          font-size: var(--size-l);
          color: var(--stage-quiet);
        }
        :host(:not([engaged])) .silent {
          text-align: center;
          color: #f5c054;
          font-size: var(--size-m);
          margin-block-end: 16px;
        }
        :host(:not([engaged])) .ways {
          display: grid;
          grid-template-columns: repeat(3, 1fr);
        }
        :host(:not([engaged])) .way {
          flex-direction: column;
          justify-content: flex-start;
          gap: 10px;
          background: none;
        }
        :host(:not([engaged])) .reply {
          margin-block-start: 20px;
          color: var(--stage-text);
          font-size: var(--size-m);
        }
        :host(:not([engaged])) .reply:hover {
          background: var(--stage-control);
        }
        :host(:not([engaged])) offhook-reply {
          --reply: var(--stage-control);
          --reply-strong: var(--stage-control-strong);
        }
        :host(:not([engaged])) .disc {
          display: grid;
          place-items: center;
          inline-size: 68px;
          block-size: 68px;
          border-radius: 50%;
          background: var(--stage-control);
        }
        :host(:not([engaged])) .disc .icon {
          inline-size: 28px;
          block-size: 28px;
        }
        :host(:not([engaged])) .answer .disc {
          background: var(--answer);
        }
        :host(:not([engaged])) .danger .disc {
          background: var(--danger);
        }
      }
      @container (width < 720px) and (height < 500px) {
        :host(:not([engaged])) .card {
          padding: 16px 24px;
        }
        :host(:not([engaged])) .who {
          justify-content: center;
          gap: 12px;
        }
        :host(:not([engaged])) offhook-avatar {
          --avatar: 72px;
        }
      }
    `,
  ];
}
customElements.define('offhook-incoming', Incoming);
