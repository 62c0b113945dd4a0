import type { PushSupport } from '@offhook/client/push';

/** Whether calls ring here while this page is closed. */
export interface PushState {
  readonly support: PushSupport;
  /** While it is busy: as it is to be. */
  readonly isOn: boolean;
  readonly isBusy?: boolean | undefined;
  /** What was not to be had: the push service of the browser, or the server. */
  readonly missing?: 'service' | 'server' | undefined;
  /** Somebody has asked to be rung: after so many seconds. */
  readonly testIn?: number | undefined;
}
