import { css, html } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { FileText, X } from 'lucide';
import { t } from '../texts/texts.ts';
import { sizeText } from '../view/conversation-texts.ts';
import { inSentence } from '../view/names.ts';
import { buttons } from '../styles/base.ts';
import { PhoneElement } from './element.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';

/** Drafts are stored, files cannot be: these are kept for their conversation as long as the page lives. */
const chosen = new Map<string, readonly File[]>();

/** What was chosen to be sent, and not sent yet. */
export function chosenFiles(key: string): readonly File[] {
  return chosen.get(key) ?? [];
}

export function keepChosen(key: string, files: readonly File[]): void {
  if (files.length === 0) chosen.delete(key);
  else chosen.set(key, files);
}

/** The files are others now: those in `detail`. */
const chosenEvent = 'offhook-chosen';

/**
 * What is about to be sent: pictures as pictures, others by name and size. Each can be taken out.
 *
 * @fires offhook-chosen one was taken out
 */
export class ChosenFiles extends PhoneElement {
  static override properties = { files: { attribute: false } };
  declare files: readonly File[];
  /** The addresses under which the page shows the pictures. */
  readonly #shown = new Map<File, string>();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#keepOnly([]);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('files')) this.#keepOnly(this.files);
  }

  protected override render(): TemplateResult {
    return html`<ul aria-label=${t.conversations.filesChosen}>
      ${this.files.map(
        (file) =>
          html`<li>
            ${file.type.startsWith('image/') ? html`<img src=${this.#addressOf(file)} alt="" />` : html`<span class="sign">${icon(FileText)}</span>`}
            <span class="lines"
              ><bdi class="cut">${file.name}</bdi><span class="quiet number">${sizeText(file.size)}</span></span
            >
            ${iconButton({
              icon: X,
              label: t.conversations.takeOut(inSentence(file.name)),
              onClick: () =>
                this.dispatchEvent(new CustomEvent(chosenEvent, { detail: this.files.filter((one) => one !== file) })),
            })}
          </li>`,
      )}
    </ul>`;
  }

  #addressOf(file: File): string {
    const known = this.#shown.get(file) ?? URL.createObjectURL(file);
    this.#shown.set(file, known);
    return known;
  }

  #keepOnly(files: readonly File[]): void {
    for (const [file, address] of this.#shown) {
      if (files.includes(file)) continue;
      URL.revokeObjectURL(address);
      this.#shown.delete(file);
    }
  }

  static override styles = [
    ...PhoneElement.styles,
    buttons,
    css`
      :host {
        display: block;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        max-block-size: 196px;
        padding: 6px;
        overflow: hidden auto;
        scrollbar-width: thin;
      }
      li {
        display: flex;
        align-items: center;
        gap: 10px;
        inline-size: min(100%, 280px);
        padding: 4px;
        border-radius: 18px;
        background: var(--hover);
        font-size: var(--size-s);
      }
      img,
      .sign {
        flex: none;
        display: grid;
        place-items: center;
        inline-size: 48px;
        block-size: 48px;
        border-radius: 14px;
        object-fit: cover;
        color: var(--quiet);
        background: var(--surface);
      }
      .lines {
        flex: 1;
        min-inline-size: 0;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
      }
    `,
  ];
}
customElements.define('offhook-chosen-files', ChosenFiles);
