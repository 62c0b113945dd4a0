import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { Hash, Phone, SearchX, Video } from 'lucide';
import type { IconNode } from 'lucide';
import { t } from '../texts/texts.ts';
import type { LinkState } from '../view/call-link.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import './avatar.ts';

/**
 * What a link has led to: a person, and the question whether to call; or why nobody can be called. It never calls by itself, and takes
 * the focus only where nothing else has it, and not to a button: nobody who types calls by accident.
 */
export class CallLinkCard extends PhoneElement {
  static override properties = { link: { attribute: false } };
  declare link: LinkState;

  protected override firstUpdated(): void {
    if (document.activeElement === document.body) this.renderRoot.querySelector<HTMLElement>('.card')?.focus();
  }

  protected override render(): TemplateResult {
    const { link } = this;
    switch (link.kind) {
      case 'person':
        return this.#card(
          html`<offhook-avatar .name=${link.person.name} .address=${link.person.address}></offhook-avatar>`,
          t.links.asks(link.person.name),
          html`<p class="quiet">${t.general.reach[link.person.presence]}</p>
            <p class="more">${t.links.byLink}</p>`,
          html`${this.#call(link, !link.video)}${this.#call(link, link.video)}`,
        );
      case 'self':
        return this.#card(disc(Phone), t.calls.refused.self_call, nothing, nothing);
      case 'nobody':
        return this.#card(disc(SearchX), t.links.nobody(link.address), nothing, nothing);
      case 'number':
        return this.#card(
          disc(Hash),
          html`<bdi dir="ltr" class="number">${link.number}</bdi>`,
          html`<p class="more">${t.links.noNetwork}</p>`,
          nothing,
        );
    }
  }

  #card(
    picture: TemplateResult,
    title: string | TemplateResult,
    text: TemplateResult | typeof nothing,
    ways: TemplateResult | typeof nothing,
  ): TemplateResult {
    return html`<section class="card" role="dialog" tabindex="-1" aria-labelledby="title" @keydown=${this.#onKey}>
      <div class="who">
        ${picture}
        <div class="lines">
          <h2 id="title"><bdi>${title}</bdi></h2>
          ${text}
        </div>
      </div>
      <div class="ways">
        <button type="button" class="button" @click=${this.#close}>
          ${ways === nothing ? t.general.close : t.links.notNow}
        </button>
        ${ways}
      </div>
    </section>`;
  }

  /** What the link is for comes last, where the thumb is, and stands out. */
  #call({ person, video: wanted }: LinkState & { kind: 'person' }, video: boolean): TemplateResult {
    return html`<button
      type="button"
      class="button ${video === wanted ? 'answer' : ''}"
      @click=${() => this.send({ type: 'call', to: person, video })}
    >
      ${icon(video ? Video : Phone)}${video ? t.calls.videoCall : t.calls.call}
    </button>`;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.#close();
  };

  readonly #close = (): void => {
    this.send({ type: 'put-link-away' });
  };

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        display: block;
        pointer-events: auto;
      }
      .card {
        padding: 16px;
        border-radius: 18px;
        border: 1px solid var(--line);
        background: var(--raised);
        box-shadow: var(--shadow);
        outline: none;
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
        align-items: start;
        gap: 14px;
      }
      offhook-avatar {
        --avatar: 56px;
      }
      .disc {
        display: grid;
        place-items: center;
        flex: none;
        inline-size: 56px;
        block-size: 56px;
        border-radius: 50%;
        background: var(--hover);
        color: var(--quiet);
      }
      .lines {
        flex: 1;
        min-inline-size: 0;
        display: grid;
        gap: 2px;
        font-size: var(--size-s);
      }
      h2 {
        font-size: var(--size-l);
        font-weight: var(--weight-strong);
        overflow-wrap: anywhere;
      }
      .number {
        user-select: all;
        font-variant-numeric: tabular-nums;
      }
      .quiet {
        color: var(--quiet);
      }
      .more {
        margin-block-start: 4px;
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 8px;
        margin-block-start: 16px;
      }
      .ways .button {
        flex: 0 1 auto;
      }
      @container (width < 720px) {
        .ways .button {
          flex: 1 1 auto;
        }
      }
    `,
  ];
}
customElements.define('offhook-call-link', CallLinkCard);

function disc(picture: IconNode): TemplateResult {
  return html`<span class="disc">${icon(picture)}</span>`;
}
