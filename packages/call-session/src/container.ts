/** The calls of a page: which of them is shown, and the surfaces that show it. */
import { Core, report } from './core.ts';
import { choose } from './rule.ts';
import type { CallSession } from './session.ts';
import type * as Everything from './surfaces/all.ts';
import type { Surface } from './surfaces/surface.ts';
import type { CallSessionInit, CallSessionSupport, CallSessionSurface } from './types.ts';

/** What a session needs of the page it is in. */
export interface Host {
  open(core: Core): Promise<CallSessionSurface>;
  show(core: Core): void;
}

type Surfaces = typeof Everything;

const tickMs = 1000;
/** Elsewhere (on a server, in tests) calls are kept, and shown nowhere. */
const hasPage = globalThis.document !== undefined;

/** `navigator.callSession`: the calls of this page. Fires `activechange`. */
export class CallSessionContainer extends EventTarget {
  /** What applications have of each call. */
  readonly #calls = new Map<Core, CallSession>();
  readonly #make: (core: Core, host: Host) => CallSession;
  #surfaces: readonly Surface[] = [];
  #loading: Promise<Surfaces> | undefined;
  #shown: Core | undefined;
  #wanted: Core | undefined;
  #refreshing = false;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** One is there already: `callSession`. @hideconstructor */
  constructor(make: (core: Core, host: Host) => CallSession) {
    super();
    this.#make = make;
  }

  /**
   * Makes a call known. Nothing is shown before one of its connections is up. Throws `TypeError` for what makes no sense: buttons
   * without an action of their own, a negative time.
   */
  create(init: CallSessionInit): CallSession {
    const core = new Core(init, () => this.#refresh());
    const session = this.#make(core, {
      open: async (which) => this.#open(which),
      show: (which) => {
        this.#wanted = which;
        this.#refresh();
      },
    });
    this.#calls.set(core, session);
    this.#prepare();
    for (const connection of core.init.peerConnections ?? []) session.addPeerConnection(connection);
    return session;
  }

  /** The call that is shown. */
  get active(): CallSession | null {
    return (this.#shown && this.#calls.get(this.#shown)) ?? null;
  }

  /** What this browser can show. Asks the person for nothing. */
  async getSupport(): Promise<CallSessionSupport> {
    return (await this.#load()).getSupport();
  }

  /** The newest call that has not ended. */
  get newest(): CallSession | undefined {
    return [...this.#calls.values()].at(-1);
  }

  /** Brings in what shows calls, once; what has failed is tried again when something changes. What earlier calls have left behind is taken away. */
  #prepare(): void {
    if (!hasPage) return;
    this.#load()
      .then(async ({ sweep }) => sweep())
      .catch(report);
  }

  async #load(): Promise<Surfaces> {
    this.#loading ??= import('./surfaces/all.ts').then(
      (loaded) => {
        this.#surfaces = loaded.surfaces({
          press: (action, source) => {
            if (this.#shown && this.active) loaded.press(this.#shown, this.active, action, source);
          },
          open: async () => this.#open(this.#shown),
          changed: () => this.#refresh(),
        });
        this.#refresh();
        return loaded;
      },
      (error: unknown) => {
        this.#loading = undefined;
        throw error;
      },
    );
    return this.#loading;
  }

  async #open(core: Core | undefined): Promise<CallSessionSurface> {
    await this.#load();
    if (core === undefined || core !== this.#shown) throw new DOMException('Not shown.', 'InvalidStateError');
    const { view } = core;
    for (const surface of this.#surfaces) {
      const opened = surface.open?.(view);
      if (opened === undefined) continue;
      await opened;
      this.#refresh();
      return surface.name;
    }
    throw new DOMException('No window here.', 'NotSupportedError');
  }

  /** Brings everything up to date. What handlers do meanwhile is taken up in another round. */
  #refresh(): void {
    this.#again = true;
    if (this.#refreshing) return;
    this.#refreshing = true;
    try {
      while (this.#again) {
        this.#again = false;
        this.#round();
      }
    } finally {
      this.#refreshing = false;
    }
  }

  #round(): void {
    const before = this.#shown;
    // What the application wants holds for as long as that call is up.
    if (this.#wanted?.up === false) this.#wanted = undefined;
    const next = this.#wanted ?? choose([...this.#calls.keys()], before);
    this.#shown = next;
    for (const core of this.#calls.keys()) core.isShown = core === next;
    const visible = this.#show(next);
    for (const [core, session] of this.#calls) {
      if (core.see(core === next ? visible : [])) session.dispatchEvent(new Event('surfacechange'));
      if (core.state === 'ended') this.#calls.delete(core);
      if (!core.hasMoved()) continue;
      if (this.#loading === undefined) this.#prepare();
      session.dispatchEvent(new Event('statechange'));
    }
    if (before !== next) this.dispatchEvent(new Event('activechange'));
  }

  /** Where it is seen then. */
  #show(core: Core | undefined): CallSessionSurface[] {
    clearTimeout(this.#timer);
    const view = core?.view;
    const visible = new Set<CallSessionSurface>();
    for (const surface of this.#surfaces) {
      try {
        if (surface.update(view, visible)) visible.add(surface.name);
      } catch (error) {
        // One that a browser spoils takes no other along.
        report(error);
      }
    }
    const where = [...visible];
    if (core === undefined || view === undefined) return where;
    // On the second, so that all clocks change at once.
    this.#timer = setTimeout(() => core.look(), tickMs - ((view.duration * 1000) % tickMs));
    return where;
  }
}
