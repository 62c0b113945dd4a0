import { css, html, nothing } from 'lit';
import type { ElementPart, TemplateResult } from 'lit';
import { AsyncDirective } from 'lit/async-directive.js';
import { directive, PartType } from 'lit/directive.js';
import type { DirectiveResult, PartInfo } from 'lit/directive.js';
import { keyAria, keyText } from '../view/keys.ts';
import type { ShortcutName } from '../view/keys.ts';
import { text } from '../styles/base.ts';
import { apple } from './platform.ts';
import { PhoneElement } from './element.ts';

/** How long the pointer rests on a control before its tip shows. */
const restMs = 450;
const gap = 8;

/** The one tip of the page: names the control under the pointer or the focus, with its key. */
class Tip extends PhoneElement {
  static override properties = { text: {}, keys: {} };
  declare text: string;
  declare keys: ShortcutName | undefined;
  #owner: Element | undefined;

  show(owner: Element, text: string, keys: ShortcutName | undefined): void {
    this.#owner = owner;
    this.text = text;
    this.keys = keys;
    this.popover = 'manual';
    this.showPopover();
    this.performUpdate();
    const [control, own] = [owner.getBoundingClientRect(), this.getBoundingClientRect()];
    if (getComputedStyle(owner).getPropertyValue('--tip').trim() === 'beside') return this.#standBeside(control, own);
    const above = control.top - own.height - gap;
    const below = control.bottom + gap;
    const roomBelow = below + own.height <= innerHeight - gap;
    const left = control.left + (control.width - own.width) / 2;
    this.style.left = `${Math.max(gap, Math.min(left, innerWidth - own.width - gap))}px`;
    this.style.top = `${roomBelow && (above < gap || control.top < innerHeight / 2) ? below : Math.max(gap, above)}px`;
  }

  /** On the side of the page that has more room: where controls stand one below the other, it would lie on the next one. */
  #standBeside(control: DOMRect, own: DOMRect): void {
    const isLeft = control.left + control.width / 2 < innerWidth / 2;
    this.style.left = `${isLeft ? control.right + gap : control.left - gap - own.width}px`;
    this.style.top = `${control.top + (control.height - own.height) / 2}px`;
  }

  hide(owner: Element): void {
    if (this.#owner !== owner) return;
    this.#owner = undefined;
    this.hidePopover();
  }

  protected override render(): TemplateResult {
    // The control itself has this as its name: a reader need not hear it twice.
    return html`<span aria-hidden="true"
      >${this.text}${this.keys === undefined ? nothing : html`<kbd>${keyText(this.keys, apple)}</kbd>`}</span
    >`;
  }

  static override styles = [
    ...PhoneElement.styles,
    text,
    css`
      :host {
        position: fixed;
        inset: auto;
        margin: 0;
        border: 0;
        padding: 6px 10px;
        max-inline-size: 280px;
        border-radius: var(--radius-control);
        background: light-dark(#26272d, #3a3b44);
        color: #f4f4f7;
        font-size: var(--size-s);
        box-shadow: var(--shadow);
        pointer-events: none;
      }
      kbd {
        margin-inline-start: 8px;
        font: inherit;
        color: #c9cad3;
      }
    `,
  ];
}
customElements.define('offhook-tip', Tip);

let shared: Tip | undefined;
function theTip(): Tip {
  if (shared === undefined) {
    shared = new Tip();
    document.body.append(shared);
  }
  return shared;
}

class TipDirective extends AsyncDirective {
  #element: Element | undefined;
  #text = '';
  #keys: ShortcutName | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(info: PartInfo) {
    super(info);
    if (info.type !== PartType.ELEMENT) throw new Error('tip() stands on an element');
  }

  override render(_text: string, _keys?: ShortcutName): typeof nothing {
    return nothing;
  }

  override update({ element }: ElementPart, [text, keys]: [string, ShortcutName?]): typeof nothing {
    this.#text = text;
    this.#keys = keys;
    if (keys !== undefined) element.setAttribute('aria-keyshortcuts', keyAria(keys, apple));
    if (this.#element === undefined) this.#listen(element);
    return nothing;
  }

  protected override disconnected(): void {
    this.#hide();
  }

  #listen(element: Element): void {
    this.#element = element;
    element.addEventListener('pointerenter', (event) => {
      if ((event as PointerEvent).pointerType === 'mouse') this.#timer = setTimeout(() => this.#show(), restMs);
    });
    element.addEventListener('focus', () => {
      if (element.matches(':focus-visible')) this.#show();
    });
    for (const type of ['pointerleave', 'pointerdown', 'click', 'blur', 'keydown']) {
      element.addEventListener(type, () => this.#hide());
    }
  }

  #show(): void {
    if (this.isConnected && this.#element) theTip().show(this.#element, this.#text, this.#keys);
  }

  #hide(): void {
    clearTimeout(this.#timer);
    if (this.#element) shared?.hide(this.#element);
  }
}

const tipDirective = directive(TipDirective);

/** A tooltip on a control that has no visible words, or a key worth knowing. */
export function tip(text: string, keys?: ShortcutName): DirectiveResult {
  return tipDirective(text, keys);
}
