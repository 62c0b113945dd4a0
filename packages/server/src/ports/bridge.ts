/**
 * A phone and a browser that talk: a peer connection on the one side, a leg of plain RTP on the other, and between them the packets as they
 * came, since both sides are led to one codec; or in another codec, where they share none. Each side may offer first, and again later.
 */
export type BridgeSide = 'browser' | 'phone';

export type BridgeEvent =
  /** Packets arrive from this side, or do no longer. */
  | {
      readonly type: 'media';
      readonly bridge: string;
      readonly side: BridgeSide;
      readonly state: 'connected' | 'disconnected' | 'failed';
    }
  /** A key was pressed there (RFC 4733); told once for each, when it is known. */
  | { readonly type: 'digit'; readonly bridge: string; readonly side: BridgeSide; readonly digit: string }
  /** The worker is gone, and the bridge with it: both sides may begin anew under the same name. */
  | { readonly type: 'lost'; readonly bridge: string };

/** What is known of a phone besides what it describes. */
export interface PhoneTerms {
  /** An address of it: one of ours is chosen for it, and its sound may come from there. */
  readonly at?: string | undefined;
  /** It is this server itself: it needs no way around by an address that others know. */
  readonly isLocal?: boolean | undefined;
  /**
   * What it is offered as long as nothing is agreed on. `required`: SRTP alone, also where the phone begins. `offered`: plain RTP with keys
   * beside, which it may take (RFC 8643). Default: plain RTP.
   */
  readonly srtp?: 'off' | 'offered' | 'required' | undefined;
  /** `opus`, `G722`, `PCMU`, `PCMA`, in the order in which they are offered, and no others. Default: all, first those of the other side. */
  readonly codecs?: readonly string[] | undefined;
  /** What it has described in this call before, to a bridge that is lost. */
  readonly before?: string | undefined;
  /** For `o=`: which session of ours it is, and which of its descriptions comes next: both go on within a dialog (RFC 3264 §8). */
  readonly origin?: { readonly id: number; readonly version: number } | undefined;
}

/** `music`: the browser holds the phone. `ringing`: the phone was led on, and rings there. */
export type Meanwhile = 'music' | 'ringing';

export interface BridgeMedia {
  /**
   * What is offered to one side: the codecs that the other one has, where that has spoken. The first time, or again: a browser begins anew
   * with another transport then. `terms`: of a phone.
   *
   * @throws MediaError `bad_description` where nothing of what may be offered is known here, `unavailable`
   */
  offer(bridge: string, side: BridgeSide, terms?: PhoneTerms): Promise<string>;
  /**
   * The answer to what one side offers, for the first time or again: one codec, if possible one that the other side has, or will be led to. A phone that
   * only sends, or is inactive, is answered so (RFC 3264 §6.1). `terms`: of a phone.
   *
   * @throws MediaError `bad_description` where it has no codec that is known here; nothing has changed then. `unavailable`
   */
  answerOffer(bridge: string, side: BridgeSide, offer: string, terms?: PhoneTerms): Promise<string>;
  /**
   * One side has answered what it was offered. `isEarly`: so far, as it rings: another answer to the same offer may follow.
   *
   * @throws MediaError `bad_description`, `stale`
   */
  accept(bridge: string, side: BridgeSide, answer: string, isEarly?: boolean): Promise<void>;
  /**
   * What the browser is offered so that it speaks what the phone does, by the way that there is, once the phone has taken another codec;
   * undefined: it does already, or has been asked. Its answer goes to `accept`.
   *
   * @throws MediaError
   */
  lead(bridge: string): Promise<string | undefined>;
  /** Presses a key for one side to hear (RFC 4733): digits, `*`, `#`, A to D. */
  press(bridge: string, side: BridgeSide, digit: string): void;
  /** What the phone hears in the place of the browser; undefined: nothing any more. Of a bridge that is there. */
  playMeanwhile(bridge: string, what: Meanwhile | undefined): void;
  endBridge(bridge: string): void;
  onBridge(listener: (event: BridgeEvent) => void): void;
}
