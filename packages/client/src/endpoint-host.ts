import type { EndpointState } from '@offhook/core';
import type { Call } from './call.ts';
import type { MediaOptions } from './media-options.ts';
import type { Capture } from './capture.ts';
import type { Connection } from './connection.ts';
import type { OffhookError } from './errors.ts';
import type { Callee } from './phone.ts';
import type { Platform } from './platform.ts';

/** What an endpoint needs of the phone it belongs to. */
export interface EndpointHost {
  readonly platform: Platform;
  readonly connection: Connection;
  readonly capture: Capture;
  /** For a new peer connection, with ICE servers whose credentials are valid. */
  configuration(): RTCConfiguration;
  /** A call that rings here is taken by an endpoint which was calling. False: it has been answered in this page. */
  yield(call: string): boolean;
  /** Another call of this phone. */
  call(to: Callee, options?: MediaOptions): Promise<Call>;
}

/** What an endpoint tells. */
export interface EndpointEvents {
  changed: [before: EndpointState, state: EndpointState];
  localStream: [];
  remoteStream: [];
  /** Something failed that does not end the call. */
  failed: [error: OffhookError];
}
