/**
 * Our registration at the other end of a trunk (RFC 3261 §10.2): kept up, tried at one server after the other, and again later.
 *
 *     step ──► where its servers are ──► REGISTER there ──► answered, or not ──► step
 *       └──► when it is time for the next one
 */
import { nameAddr, parseNameAddr, RegistrationClient, sipUri, toUtf8 } from '@offhook/sip';
import type { RegistrationStep, Remote, Request } from '@offhook/sip';
import type { StoredTrunk } from '../../ports/trunk-store.ts';
import type { SipAgent } from '../agent.ts';
import { digestOf } from '../gate.ts';
import { nextHop, routesBy } from './ways.ts';

export interface RegistrationState {
  readonly state: 'registering' | 'registered' | 'failed';
  /** Of the answer, if there was one. */
  readonly status?: number;
}

export interface RegistrationDeps {
  readonly agent: SipAgent;
  /** From 0 to below 1. */
  readonly chance: () => number;
  /** Told when it is registered, and when it is not any more or for the first time. */
  readonly changed: (state: RegistrationState) => void;
}

export class TrunkRegistration {
  readonly #trunk: StoredTrunk;
  readonly #deps: RegistrationDeps;
  readonly #client: RegistrationClient;
  #state: RegistrationState = { state: 'registering' };
  #places: readonly Remote[] = [];
  /** Which of them is asked. */
  #at = 0;
  #isClosed = false;
  #cancelTimer: () => void = () => undefined;

  /** `contact`: the user part of our address there; whoever calls it knows it from there. */
  constructor(trunk: StoredTrunk, contact: string, deps: RegistrationDeps) {
    const { agent, chance } = deps;
    const { host, transport, username = '' } = trunk.settings;
    const domain = trunk.settings.domain ?? host;
    this.#trunk = trunk;
    this.#deps = deps;
    // Of which family the servers are is not known yet: an address is, for those of a name it is IPv4.
    const address = host.startsWith('[') ? host.slice(1, -1) : '0.0.0.0';
    const { uri } = parseNameAddr(agent.contact({ transport, address, port: 0 }));
    const password = trunk.password ?? '';
    this.#client = new RegistrationClient({
      user: sipUri(domain, { user: toUtf8(username) }),
      registrar: sipUri(domain),
      contact: nameAddr('host' in uri ? { ...uri, user: contact } : uri),
      callId: agent.random(),
      fromTag: agent.random(),
      digest: digestOf(agent, { username, password }),
      fraction: chance,
      fields: { Route: routesBy(trunk) },
    });
    this.#do(this.#client.start());
  }

  get state(): RegistrationState {
    return this.#state;
  }

  /** Takes it back; nobody waits for that. */
  stop(): void {
    this.#do(this.#client.stop());
  }

  /** Leaves it as it is: it runs out by itself, or is said again after a restart. */
  close(): void {
    this.#isClosed = true;
    this.#cancelTimer();
  }

  #do(step: RegistrationStep): void {
    if (this.#isClosed) return;
    const { send } = step;
    if (send !== undefined) this.#send(send, step.elsewhere === true);
    this.#note(step.news);
    const { clock } = this.#deps.agent;
    this.#cancelTimer();
    const at = this.#client.deadline;
    if (at === undefined) return;
    this.#cancelTimer = clock.schedule(Math.max(0, at - clock.now()), () => this.#do(this.#client.tick(clock.now())));
  }

  #send(request: Request, isElsewhere: boolean): void {
    const { agent } = this.#deps;
    if (isElsewhere) {
      this.#at++;
      const place = this.#places[this.#at];
      if (place === undefined) {
        // DNS is asked anew the next time.
        this.#places = [];
        return this.#do(this.#client.gaveUp(agent.clock.now()));
      }
      return this.#ask(request, place);
    }
    const place = this.#places[this.#at];
    if (place !== undefined) return this.#ask(request, place);
    agent.find(nextHop(this.#trunk), 0).then(
      (places) => {
        this.#places = places;
        this.#at = 0;
        const [first] = places;
        if (first === undefined) this.#do(this.#client.gaveUp(agent.clock.now()));
        else this.#ask(request, first);
      },
      () => this.#do(this.#client.gaveUp(agent.clock.now())),
    );
  }

  #ask(request: Request, place: Remote): void {
    const { agent } = this.#deps;
    agent.ask(request, place, {
      response: (response) => {
        if (response.status >= 200) this.#do(this.#client.heard(response, agent.clock.now()));
      },
      failed: () => this.#do(this.#client.failed(agent.clock.now())),
    });
  }

  #note(news: RegistrationStep['news']): void {
    const before = this.#state.state;
    if (news === 'registered') this.#state = { state: 'registered' };
    else if (news === 'lost') this.#state = { state: 'failed' };
    else if (typeof news === 'object') this.#state = { state: 'failed', status: news.refused };
    else if (this.#client.state === 'waiting' && before === 'registering') this.#state = { state: 'failed' };
    if (before !== this.#state.state) this.#deps.changed(this.#state);
  }
}
