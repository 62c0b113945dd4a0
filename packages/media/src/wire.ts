/** What passes between the server and a worker, by the channel that Node opens to a child process. */
import type { BridgeSide } from './bridge/bridge.ts';
import type { PhoneTerms } from './bridge/phone-side.ts';
import type { Hearing } from './data/relay.ts';
import type { Dropped } from './dropped.ts';
import type { IvrNews, IvrRecording, Recorded } from './ivr/ivr.ts';
import type { Sound } from './ivr/sounds.ts';
import type { Allowed, MediaKind } from './negotiation/codecs.ts';
import type { RecordingOrder } from './recorder/messages.ts';
import type { LegView } from './plain/leg.ts';
import type { Reservation } from './plain/reserved.ts';
import type { RoomEvent } from './room-event.ts';
import type { PublishResult } from './room.ts';
import type { MeasuredStream } from './router/meter.ts';
import type { StreamRef } from './subscribe-side.ts';
import type { UdpOptions } from './transport/udp.ts';
import type { TransportState, WebRtcOptions } from './transport/webrtc.ts';

interface Of {
  readonly session: string;
  readonly participant: string;
}

interface OfBridge {
  readonly bridge: string;
  readonly side: BridgeSide;
}

/** Answered by `re`. */
export type WorkerRequest =
  | (Of & { readonly type: 'publish'; readonly offer: string; readonly allowed: readonly Allowed[] })
  /** By plain RTP; `streams`: what is received, in a stream each or mixed. */
  | (Of & {
      readonly type: 'attach';
      readonly mixes?: boolean | undefined;
      readonly offer: string;
      readonly allowed: readonly MediaKind[];
      readonly streams: readonly StreamRef[];
    })
  /** Offers what is to be answered by `attach`. */
  | (Of & { readonly type: 'plain_offer'; readonly reservation: Reservation })
  /** The same in a call, which hears what it receives as one sound; for the first time or with another offer. */
  | (Of & {
      readonly type: 'call';
      readonly offer: string;
      readonly allowed: readonly MediaKind[];
      readonly streams: readonly StreamRef[];
    })
  | (Of & { readonly type: 'attached' })
  | { readonly type: 'measured'; readonly session: string }
  | (Of & { readonly type: 'answer'; readonly revision: number; readonly answer: string })
  /** An offer of a call with the echo test, for the first time or again. */
  | { readonly type: 'echo'; readonly call: string; readonly offer: string }
  /** A phone and a browser: what is offered to one side, its offer is answered, or its answer is taken. */
  | (OfBridge & { readonly type: 'bridge_offer'; readonly terms?: PhoneTerms | undefined })
  | (OfBridge & { readonly type: 'bridge_answer'; readonly offer: string; readonly terms?: PhoneTerms | undefined })
  | (OfBridge & { readonly type: 'bridge_accept'; readonly answer: string; readonly isEarly?: boolean | undefined })
  /** What the browser is offered in the codec of the phone: nothing, where there is nothing to gain. */
  | { readonly type: 'bridge_lead'; readonly bridge: string }
  /** Of a call that the server itself talks with: an offer, for the first time or again; a recording begins, or ends. */
  | { readonly type: 'ivr_answer'; readonly ivr: string; readonly offer: string }
  | { readonly type: 'ivr_record'; readonly ivr: string; readonly order: IvrRecording }
  | { readonly type: 'ivr_recorded'; readonly ivr: string }
  | { readonly type: 'record'; readonly session: string; readonly order: RecordingOrder }
  | { readonly type: 'record_stop'; readonly session: string; readonly recording: string };

export type WorkerCommand =
  /** `bitrate`: bits per second that each participant may send; absent: as the limits say. */
  | {
      readonly type: 'listen';
      readonly transport: WebRtcOptions;
      readonly plain: UdpOptions | undefined;
      readonly bitrate: number | undefined;
      /** A file, for telephones that are held; absent: what is made here. */
      readonly holdMusic?: string | undefined;
    }
  | (Of & { readonly type: 'subscribe'; readonly streams: readonly StreamRef[] })
  /** The same of a participant by plain RTP, or in a call; nothing where there is none. */
  | (Of & { readonly type: 'receive'; readonly streams: readonly StreamRef[] })
  /** From which address a participant says what comes by `attach`. */
  | (Of & { readonly type: 'says_from'; readonly address: string })
  /** Of what a participant publishes, the sections that others may have; none until it is told. */
  | (Of & { readonly type: 'admit'; readonly mids: readonly string[] })
  /** With data channels. To be told before anything is received. */
  | (Of & Hearing & { readonly type: 'hear' })
  | (Of & { readonly type: 'look'; readonly stream: StreamRef; readonly width: number })
  | (Of & { readonly type: 'restart' })
  | { readonly type: 'record_pause'; readonly session: string; readonly recording: string; readonly isPaused: boolean }
  | { readonly type: 'echo_end'; readonly call: string }
  | (OfBridge & { readonly type: 'bridge_press'; readonly digit: string })
  | { readonly type: 'bridge_play'; readonly bridge: string; readonly what: 'music' | 'ringing' | undefined }
  | { readonly type: 'bridge_end'; readonly bridge: string }
  | { readonly type: 'ivr_play'; readonly ivr: string; readonly play: number; readonly sounds: readonly Sound[] }
  | { readonly type: 'ivr_end'; readonly ivr: string }
  | (Of & { readonly type: 'leave' })
  | { readonly type: 'close'; readonly session: string };

export type ToWorker = WorkerCommand | (WorkerRequest & { readonly id: number });

/** To what was asked: `publish`, `attach`, `call`, `echo` and those of bridges are answered; `attached` and `measured` say how it is. */
export type WorkerAnswer =
  | PublishResult
  | LegView
  | { readonly measured: readonly MeasuredStream[] }
  | { readonly sdp: string }
  | Recorded
  | true;

export type RequestFault = 'bad_description' | 'stale' | 'unavailable' | 'no_port' | 'disk_full' | 'recording_failed';

export type FromWorker =
  | { readonly type: 'listening' }
  /** Once a second, or so: one that says nothing for long hangs. */
  | { readonly type: 'alive' }
  | { readonly re: number; readonly ok: WorkerAnswer }
  | { readonly re: number; readonly error: RequestFault; readonly message: string }
  | { readonly type: 'event'; readonly session: string; readonly event: RoomEvent }
  /** Since it was told last. */
  | { readonly type: 'dropped'; readonly dropped: Dropped }
  | { readonly type: 'echo'; readonly call: string; readonly state: TransportState }
  | { readonly type: 'bridge'; readonly bridge: string; readonly event: BridgeNews }
  | { readonly type: 'ivr'; readonly ivr: string; readonly news: IvrNews };

/** Of one side of a bridge: how its transport is, or a key that was pressed there. */
export type BridgeNews =
  | { readonly type: 'media'; readonly side: BridgeSide; readonly state: TransportState }
  | { readonly type: 'digit'; readonly side: BridgeSide; readonly digit: string };
