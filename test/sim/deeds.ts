/** What people do, and how often. */

export type Deed =
  | 'call'
  | 'call_nobody'
  | 'cross'
  | 'call_back'
  | 'hangup'
  | 'hold'
  | 'resume'
  | 'consult'
  | 'transfer'
  | 'transfer_reload'
  | 'send_on'
  | 'move'
  | 'mute'
  | 'unmute'
  | 'camera_on'
  | 'camera_off'
  | 'press_again'
  | 'press_reject'
  | 'press_late'
  | 'report'
  | 'settings'
  | 'rename'
  | 'rest'
  | 'retire'
  | 'freeze'
  | 'block'
  | 'forward'
  | 'reload'
  | 'close_tab'
  | 'kill_tab'
  | 'open_tab'
  | 'sign_off'
  | 'push';

/** How often each is done, beside the others. */
export const usual: Readonly<Record<Deed, number>> = {
  call: 22,
  call_nobody: 1,
  cross: 5,
  call_back: 2,
  hangup: 8,
  hold: 6,
  resume: 6,
  consult: 5,
  transfer: 5,
  transfer_reload: 2,
  send_on: 6,
  move: 4,
  mute: 4,
  unmute: 4,
  camera_on: 5,
  camera_off: 4,
  press_again: 4,
  press_reject: 1,
  press_late: 1,
  report: 2,
  settings: 4,
  rename: 1,
  rest: 3,
  retire: 3,
  freeze: 5,
  block: 2,
  forward: 5,
  reload: 5,
  close_tab: 2,
  kill_tab: 2,
  open_tab: 5,
  sign_off: 1,
  push: 4,
};
