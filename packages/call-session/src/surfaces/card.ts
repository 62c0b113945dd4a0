/**
 * What a call looks like in HTML, in the page and in the mini window. Texts are set as text, never as markup; styles are constructed,
 * so that a strict Content-Security-Policy lets them be.
 */
import { safeImage } from '../view.ts';
import type { Icon, View, ViewButton } from '../view.ts';

export interface Card {
  readonly root: HTMLElement;
  render(view: View): void;
}

const paths: Readonly<Record<Icon, string>> = {
  microphone: 'M9 5a3 3 0 0 1 6 0v6a3 3 0 0 1-6 0zM5 11a7 7 0 0 0 14 0M12 18v3',
  camera: 'M3 8a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM15 11l6-4v10l-6-4',
  screen: 'M3 4h18v13H3zM8 21h8M12 17v4M12 13V8M9.5 10L12 7.5l2.5 2.5',
  hangup: 'M2 15.5C.5 5.5 23.5 5.5 22 15.5l-5.5 1V13q-4.5-1.200-9 0v3.5z',
  window: 'M12 18H3V5h18v6M14 14h7v5h-7z',
};
/** How many of the application's buttons are drawn: all, and the page would be gone behind them. */
const mostOwn = 6;
const crossed = 'M4 3l17 18';

const css = `
:host,body{--b:var(--call-session-background,light-dark(#fff,#1e1f25));--f:var(--call-session-color,light-dark(#17181c,#f2f3f5));
--s:light-dark(#5b5f6b,#a9adb8);--q:light-dark(#eceef2,#30323b);--r:#c8242f}
.c{box-sizing:border-box;display:flex;align-items:center;gap:12px;padding:8px 12px;color:var(--f);background:var(--b);
font:15px/1.3 system-ui,sans-serif;font-variant-numeric:tabular-nums}
.f{position:fixed;z-index:2147483647;inset:8px 8px auto;margin-inline:auto;width:fit-content;max-width:calc(100% - 16px);
border-radius:14px;box-shadow:0 0 0 1px #8883,0 6px 24px #0003}
.p{flex:none;width:40px;height:40px;border-radius:50%;display:grid;place-items:center;overflow:hidden;color:#fff;background:#5a5fc7;
font-weight:600}
.p img,.v{width:100%;height:100%;object-fit:cover}
.t{min-width:9em;flex:1}
.t *{margin:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.h{font-weight:600}
.s{color:var(--s);font-size:13px;display:flex;gap:.3em}
.s b{font-weight:400;flex:none}
.s b::before{content:"· "}
.l b{color:light-dark(#b3121d,#ff8d92)}
.a{display:flex;flex-wrap:wrap;gap:8px;justify-content:center;padding:4px;margin:-4px;max-height:40vh;overflow:auto}
button{min-width:44px;max-width:10em;height:44px;padding:0 10px;border:0;border-radius:22px;color:inherit;background:var(--q);
font:inherit;cursor:pointer;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
button:last-child{position:sticky;bottom:0}
button:hover{filter:brightness(.93)}
button:focus-visible{outline:2px solid light-dark(#4248b5,#a5a9ff);outline-offset:2px}
button:disabled{opacity:.5}
.d{color:#fff;background:var(--r)}
[aria-pressed=true]{color:var(--b);background:var(--f)}
svg,button img{display:block;margin:auto;width:22px;height:22px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
[role=status]{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.v{position:absolute;inset:0;background:#000}
[hidden]{display:none}
body{margin:0;background:var(--b)}
body .c{position:absolute;inset:auto 0 0}
body .c:not(.w){inset:0;flex-direction:column;justify-content:center;text-align:center}
body .c:not(.w) .t{flex:none;max-width:100%}
body .c:not(.w) .s{justify-content:center}
.w{background:color-mix(in srgb,var(--b) 92%,#0000)}
.w .p{display:none}
@media(max-width:560px){.c{flex-wrap:wrap;row-gap:8px}.f{width:auto}.c .a{width:100%}}
@media(forced-colors:active){.f,button{border:1px solid}}`;

/** Puts the style where the card is. A sheet belongs to the document of the window that made it. */
export function dress(scope: DocumentOrShadowRoot, { CSSStyleSheet: Sheet }: Window & typeof globalThis): void {
  const sheet = new Sheet();
  sheet.replaceSync(css);
  scope.adoptedStyleSheets = [sheet];
}

export function card(
  doc: Document,
  press: (action: string) => void,
  isFloating: boolean,
  more: readonly ViewButton[] = [],
): Card {
  const make = <K extends keyof HTMLElementTagNameMap>(tag: K, name: string, ...inside: Node[]): HTMLElementTagNameMap[K] => {
    const element = doc.createElement(tag);
    element.className = name;
    element.append(...inside);
    return element;
  };
  const [header, text, sending] = [make('p', 'h'), make('span', ''), make('b', '')];
  const [picture, status] = [make('span', 'p'), make('p', '')];
  const subtext = make('p', 's', text, ' ' as never, sending);
  const actions = make('div', 'a');
  const root = make('section', `c${isFloating ? ' f' : ''}`, picture, make('div', 't', header, subtext), actions, status);
  header.dir = 'auto';
  picture.ariaHidden = 'true';
  status.role = 'status';
  let shown = '';
  let drawn = '';

  /** A picture, or the text where there is none: an address that leads nowhere is no picture. */
  const draw = (into: Element, src: string | undefined, text: string): void => {
    into.replaceChildren(text);
    if (src === undefined) return;
    const image = make('img', '');
    image.alt = '';
    image.addEventListener('error', () => into.replaceChildren(text));
    image.src = src;
    into.replaceChildren(image);
  };

  const drawPicture = ({ artwork: [art], initials }: View): void => {
    if (drawn !== (drawn = art?.src ?? initials)) draw(picture, art?.src, initials);
  };

  const drawButton = (
    element: HTMLButtonElement,
    { title, icon, draw: sign, off = false, pressed, disabled = false, role }: ViewButton,
  ): void => {
    const image = safeImage(icon, doc.baseURI);
    const look = image ?? (sign ? `${sign} ${off}` : title);
    element.title = element.ariaLabel = title;
    element.ariaPressed = pressed === undefined ? null : String(pressed);
    element.disabled = disabled;
    element.className = role === 'destructive' ? 'd' : '';
    if (element.value === (element.value = look)) return;
    if (image === undefined && sign) element.replaceChildren(drawIcon(doc, paths[sign] + (off ? crossed : '')));
    else draw(element, image, title);
  };

  return {
    root,
    render(view) {
      root.ariaLabel = view.header;
      header.textContent = view.header;
      text.textContent = view.subtext;
      sending.textContent = view.sendingText;
      subtext.classList.toggle('l', Object.values(view.sending).includes(true));
      drawPicture(view);
      let own = 0;
      const all = view.buttons.filter(({ draw }) => draw !== undefined || ++own <= mostOwn);
      const buttons = all.toSpliced(all.findLastIndex(({ action }) => action !== 'hangup') + 1, 0, ...more);
      // The elements stay while they are the same, and with them the focus.
      const which = buttons.map(({ action }) => action).join('\n');
      if (which !== shown) {
        shown = which;
        actions.replaceChildren(
          ...buttons.map(({ action }) => {
            const element = make('button', '');
            element.type = 'button';
            element.addEventListener('click', () => press(action));
            return element;
          }),
        );
      }
      for (const [at, button] of buttons.entries()) drawButton(actions.children[at] as HTMLButtonElement, button);
      // Read out when it changes, and not with the clock. What comes with the element itself is not: hence a moment later.
      setTimeout(
        () => (status.textContent = `${view.header}. ${view.state === 'reconnecting' ? view.subtext : view.sendingText}`),
      );
    },
  };
}

function drawIcon(doc: Document, path: string): Element {
  const make = (tag: string): Element => doc.createElementNS('http://www.w3.org/2000/svg', tag);
  const [svg, line] = [make('svg'), make('path')];
  svg.setAttribute('viewBox', '0 0 24 24');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}
