/** A world in which people meet in sessions: the one of calls, with a media worker and peer connections to it. */
import type { PeerConnection, PeerHandlers } from '../../../packages/client/src/platform.ts';
import { SystemHash } from '../../../packages/server/src/system/hash.ts';
import type { Write } from '../../../packages/server/src/ports.ts';
import type { Media } from '../../../packages/server/src/ports/media.ts';
import type { Page } from '../page.ts';
import { World } from '../world.ts';
import type { Speaker } from '../laws.ts';
import type { SessionSide } from '../world.ts';
import { SessionLaws } from './laws.ts';
import { SessionPeer } from './peer.ts';
import { Worker } from './worker.ts';

export class SessionWorld extends World implements SessionSide {
  override readonly sessions: SessionSide = this;
  readonly sessionLaws: SessionLaws = new SessionLaws(this);
  /** Of the present life of the server. */
  worker: Worker | undefined;
  /** How many have spoken without the SDK. */
  outsiders = 0;
  readonly #peers = new Map<string, SessionPeer>();

  /** Those that are open. */
  get openPeers(): SessionPeer[] {
    for (const [id, peer] of this.#peers) if (peer.isClosed || peer.page.scope.isOver) this.#peers.delete(id);
    return [...this.#peers.values()];
  }

  peer(id: string): SessionPeer | undefined {
    return this.#peers.get(id);
  }

  /** Somebody for whom the application has made this token. */
  addParticipant(id: string, publish: readonly ('audio' | 'video')[], record: boolean): string {
    const token = this.chance.token(256);
    const participant = { id, tokenDigest: new SystemHash('').digest(token), publish, record, madeAt: this.time.now };
    this.server.disk.apply([{ type: 'participant', participant }]);
    return token;
  }

  media(): Media {
    const scope = this.time.scope('worker');
    const worker = new Worker(this, scope);
    this.ether.onChange(() => scope.isOver || worker.networksChanged());
    this.sessionLaws.restarted();
    this.worker = worker;
    return worker;
  }

  serverDown(): void {
    this.worker?.scope.end();
    this.sessionLaws.restarted();
  }

  openPeer(page: Page, handlers: PeerHandlers): PeerConnection {
    const peer = new SessionPeer(page, this.chance.token(48), handlers);
    this.#peers.set(peer.id, peer);
    return peer as unknown as PeerConnection;
  }

  stored(writes: readonly Write[]): void {
    this.sessionLaws.stored(writes);
  }

  heard(speaker: Speaker, text: string): void {
    this.sessionLaws.heard(speaker, text);
  }

  said(speaker: Speaker, text: string): void {
    this.sessionLaws.said(speaker, text);
  }
}
