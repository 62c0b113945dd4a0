import { claimName, identities, joinByLink, OffhookError } from '@offhook/client';
import type { Identity, OffhookErrorCode } from '@offhook/client';
import {
  enterFromProvider,
  lookAtInvitation,
  providerUrl,
  renewPassword,
  signInWays,
  signInWithPassword,
  signUp,
  visit,
} from '@offhook/client/accounts';
import type { Invited, SignInWays } from '@offhook/client/accounts';
import type { MeetingLook } from '@offhook/client/meetings';
import type { WayIn } from '../view/commands.ts';
import type { SignedOut, SignInProblem } from '../view/state.ts';
import { settledAddress } from './arrival.ts';
import type { Arrival } from './arrival.ts';
import { errorCode, nameProblem, signInProblem } from './problems.ts';

/** The server did not answer: asked again after this time. */
const againMs = 3_000;

/** Nobody comes in by this link any more. */
const gone: ReadonlySet<OffhookErrorCode> = new Set(['link_invalid', 'meeting_not_found']);

interface EntranceHost {
  show(state: SignedOut): void;
  /** Somebody has come in. */
  enter(identity: Identity): Promise<void>;
  /** As if the page was opened without the link. */
  startAnew(): void;
}

/** Nobody is signed in: shows the ways in that there are here, and lets in whoever takes one of them. */
export class Entrance {
  readonly #url: string;
  readonly #host: EntranceHost;
  #arrival: Arrival = { kind: 'usual' };
  #ways: SignInWays | undefined;
  #invited: Invited | undefined;
  #meeting: MeetingLook | undefined;
  /** Nobody comes in by this invitation any more. */
  #isUseless = false;
  #isOpen = false;
  #asking = false;
  #busy = false;
  #problem: SignInProblem | undefined;

  constructor(url: string, host: EntranceHost) {
    this.#url = url;
    this.#host = host;
  }

  /** Shows itself to somebody who has come like this, or to whom this has happened. */
  open(arrival: Arrival = { kind: 'usual' }, problem?: SignInProblem): void {
    this.#isOpen = true;
    this.#arrival = arrival;
    if (arrival.kind === 'session' || arrival.kind === 'problem') this.#forgetArrival();
    switch (arrival.kind) {
      case 'session':
        return void this.#try(() => enterFromProvider(this.#url, arrival.code), signInProblem);
      case 'problem':
        return this.#show({ problem: signInProblem(new OffhookError(arrival.code as OffhookErrorCode), '') });
      default:
        return this.#show({ problem });
    }
  }

  /** Somebody is in. */
  close(): void {
    this.#isOpen = false;
    this.#arrival = { kind: 'usual' };
  }

  run(command: WayIn): void {
    const [url, arrival] = [this.#url, this.#arrival];
    switch (command.type) {
      case 'sign-in':
        return void this.#try(
          () => this.#byName(command.name),
          (error) => nameProblem(error, command.name),
        );
      case 'sign-in-as': {
        const identity = identities(url).find(({ user }) => user.address === command.address);
        return identity && void this.#host.enter(identity);
      }
      case 'sign-in-with-password':
        return void this.#try(() => signInWithPassword(url, command.name, command.password), signInProblem);
      case 'sign-in-at-provider':
        return location.assign(providerUrl(url, arrival.kind === 'invitation' ? arrival.code : undefined));
      case 'sign-up': {
        if (arrival.kind !== 'invitation') return;
        const { name, password } = command;
        const { code } = arrival;
        return this.#byLink(
          () => (password === undefined ? visit(url, code, name) : signUp(url, code, { name, password })),
          name,
        );
      }
      case 'renew-password':
        return arrival.kind === 'invitation'
          ? this.#byLink(() => renewPassword(url, arrival.code, command.password), '')
          : undefined;
      case 'join':
        if (arrival.kind !== 'join') return;
        if (!command.accept) return this.#host.startAnew();
        return void this.#try(() => joinByLink(url, arrival.code), nameProblem);
      case 'visit': {
        if (arrival.kind !== 'meeting') return;
        const { meeting } = arrival;
        return this.#byLink(
          async () => (await import('@offhook/client/meetings')).visitMeeting(url, meeting, command.name),
          '',
        );
      }
      case 'leave-invitation':
        this.#forgetArrival();
        return this.#host.startAnew();
    }
  }

  #byName(name: string): Promise<Identity> | Identity {
    return identities(this.#url).find(({ user }) => user.name === name.trim()) ?? claimName(this.#url, name);
  }

  #byLink(enter: () => Promise<Identity>, name: string): void {
    void this.#try(enter, (error) => {
      this.#isUseless = gone.has(errorCode(error));
      return signInProblem(error, name);
    });
  }

  async #try(
    enter: () => Promise<Identity> | Identity,
    problemOf: (error: unknown, name: string) => SignInProblem,
  ): Promise<void> {
    this.#show({ busy: true });
    try {
      await this.#host.enter(await enter());
    } catch (error) {
      this.#show({ problem: problemOf(error, '') });
    }
  }

  #forgetArrival(): void {
    history.replaceState(null, '', settledAddress(location));
  }

  #show({ busy = false, problem }: { readonly busy?: boolean; readonly problem?: SignInProblem | undefined }): void {
    this.#busy = busy;
    this.#problem = problem;
    this.#draw();
    void this.#ask();
  }

  #draw(): void {
    if (!this.#isOpen) return;
    this.#host.show({
      kind: 'signed-out',
      ways: this.#ways,
      known: identities(this.#url).map(({ user }) => user),
      joining: this.#arrival.kind === 'join',
      invitation: this.#arrival.kind === 'invitation' ? { what: this.#invited, isUseless: this.#isUseless } : undefined,
      meeting: this.#arrival.kind === 'meeting' ? { what: this.#meeting, isUseless: this.#isUseless } : undefined,
      busy: this.#busy,
      problem: this.#problem,
    });
  }

  /** What the server has to be asked to show the ways in, once. */
  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      this.#ways ??= await signInWays(this.#url);
      if (this.#arrival.kind === 'invitation') this.#invited ??= await lookAtInvitation(this.#url, this.#arrival.code);
      if (this.#arrival.kind === 'meeting') {
        const { lookAtMeeting } = await import('@offhook/client/meetings');
        this.#meeting ??= await lookAtMeeting(this.#url, this.#arrival.meeting);
      }
      this.#draw();
    } catch (error) {
      this.#unanswered(error);
    } finally {
      this.#asking = false;
    }
  }

  #unanswered(error: unknown): void {
    if (!this.#isOpen) return;
    this.#isUseless = this.#ways !== undefined && !['unreachable', 'rate_limited'].includes(errorCode(error));
    // Also of a server that has no accounts at all.
    this.#problem = signInProblem(this.#isUseless ? new OffhookError('link_invalid') : error, '');
    this.#draw();
    if (!this.#isUseless) setTimeout(() => void this.#askAgain(), againMs);
  }

  async #askAgain(): Promise<void> {
    if (!this.#isOpen || this.#busy) return;
    this.#problem = undefined;
    await this.#ask();
  }
}
