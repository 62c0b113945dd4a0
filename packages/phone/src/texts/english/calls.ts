import { causes } from '@offhook/core';

/** Calls: what is the case, and what to do about it. */
export const calls = {
  call: 'Call',
  callAgain: 'Call again',
  callBack: 'Call back',
  message: 'Message',
  audioCall: 'Audio call',
  videoCall: 'Video call',
  callWith: (name: string): string => `Call with ${name}`,
  showCallWith: 'Show the call with',
  showCall: 'Show the call',
  inCallWithYou: 'In a call with you',
  callsYou: 'Is calling you',
  inCallWith: (name: string): string => `In a call with ${name}`,
  isCalling: (name: string): string => `${name} is calling`,

  // What is the case.
  asksFor: { microphone: 'Your browser asks for your microphone', camera: 'Your browser asks for your microphone and camera' },
  opens: { microphone: 'Opening your microphone…', camera: 'Opening your camera…' },
  chooseAllow: (name: string): string => `Choose “Allow”, so that ${name} can hear you.`,
  connecting: 'Connecting…',
  calling: (name: string): string => `Calling ${name}…`,
  rings: (name: string): string => `${name}’s phone is ringing`,
  seesWaiting: (name: string): string => `${name} is on another call and sees yours waiting`,
  briefly: { calling: 'Calling…', ringing: 'Ringing…', waiting: 'On another call' },
  reconnecting: 'Trying to reconnect…',
  bothHold: 'You have both put the call on hold',
  youHold: (name: string): string => `You put ${name} on hold`,
  holdsYou: (name: string): string => `${name} put you on hold`,
  onHold: 'On hold',
  youAreOnHold: 'You are on hold',
  lineDown: 'Reconnecting to the server. Your call goes on.',
  peerAway: (name: string): string => `${name} is reconnecting`,
  poor: 'The connection is poor',
  yourMicrophoneOff: 'Your microphone is off',
  microphoneOff: (name: string): string => `${name}’s microphone is off`,
  cameraOff: (name: string): string => `${name}’s camera is off`,
  clickToHear: (name: string): string => `Click to hear ${name}`,

  // The title of the page.
  titleHeld: (name: string): string => `On hold: ${name}`,
  titleActive: (clock: string, name: string): string => `${clock} ${name}`,
  titleCalling: (name: string): string => `Calling ${name}`,
  titleConnecting: (name: string): string => `Connecting ${name}`,

  // Controls.
  controls: 'Call',
  microphoneOn: 'Turn your microphone on',
  turnMicrophoneOff: 'Turn your microphone off',
  cameraOn: 'Turn your camera on',
  turnCameraOff: 'Turn your camera off',
  hangUp: 'Hang up',
  hangUpOn: (name: string): string => `Hang up on ${name}`,
  changeOver: (name: string): string => `Change over to ${name}`,
  resume: 'Resume',
  hold: 'Put on hold',
  fill: 'Fill the screen',
  whole: 'Show the whole picture',
  makeSmall: 'Make the call small',
  miniWindow: 'Show in a small window',
  pictureOf: (name: string): string => `Picture of ${name}`,
  yourPicture: 'Your picture',
  moveYourPicture: 'Your picture. Arrow keys move it to another corner.',
  dragYourPicture: 'Drag to another corner',

  // A call that rings here.
  whileInAnother: (what: string): string => `${what} while you are in another`,
  clickToRing: 'Click anywhere to hear it ring.',
  accept: 'Accept',
  asksToMeeting: (title: string | undefined): string =>
    title === undefined ? 'Asks you to a meeting' : `Asks you to a meeting: ${title}`,
  joinMeeting: 'Join',
  holdAndAccept: 'Hold and accept',
  decline: 'Decline',
  audioOnly: 'Audio only',
  withVideo: 'With video',

  // A word instead of an answer.
  replyInstead: 'Reply with a message',
  replyTo: (name: string): string => `Message to ${name}`,
  replies: ['I’ll call you back.', 'Can’t talk now. What’s up?', 'In a meeting. I’ll call later.'],
  yourReply: 'Your own words',
  sendReply: 'Decline and send',
  backToCall: 'Back to the call',
  replyNotSaid: 'That could not be sent. It still rings: try again, or answer.',
  replyKept: 'What you wrote is kept in your conversation.',
  saidInstead: (name: string): string => `${name} wrote`,

  // Leading others on.
  transfer: 'Transfer…',
  addPeople: 'Add people…',
  transferTitle: (name: string): string => `Transfer ${name}`,
  transferOther: 'Somebody else',
  askFirst: 'Ask first',
  askFirstHint: (name: string): string => `${name} waits on hold while you talk with them.`,
  connectWith: (name: string): string => `Connect with ${name}`,
  connectTwo: (one: string, other: string): string => `Connect ${one} and ${other}`,
  backTo: (name: string): string => `Back to ${name}`,
  connected: (one: string, other: string): string => `${one} and ${other} are connected`,
  wasConnected: (by: string, name: string): string => `${by} has connected you with ${name}`,
  ledBy: (name: string): string => `Transferred by ${name}`,
  transferredCall: (what: string, name: string): string => `${what}, transferred by ${name}`,
  /** It rings here first; who is rung next stands above it. */
  placedCall: (isVideo: boolean): string => (isVideo ? 'Accept to make this video call' : 'Accept to make this call'),
  transferNow: 'Transfer now',
  transferNowHint: (name: string): string => `${name} hears it ring there; you leave at once.`,
  ringsNow: (name: string, to: string): string => `${name} is now calling ${to}`,
  sentOn: (by: string, to: string): string => `${by} sends you on to ${to}`,
  isForwarded: (by: string, to: string): string => `${by} forwards calls to ${to}`,
  forwardedBy: (name: string): string => `${name} forwards calls here`,
  forwardedCall: (what: string, name: string): string => `${what} for ${name}`,
  /** Why it did not work; nothing has changed then. */
  notTransferred: {
    wrong_state: 'Both have to be on the line for that.',
    person_unavailable: 'They cannot be reached at the moment. Your call goes on.',
    self_call: 'These two are the same person.',
    user_not_found: 'Nobody here has this name any more.',
    blocked: 'You have blocked this person.',
    destination_refused: 'You may not call this person.',
    call_ended: 'The call is over.',
    other: 'That did not work. Your call goes on.',
  },

  // How it ended.
  /** By its cause, for each side; `{name}` is the other. */
  ended: causes as Readonly<Record<keyof typeof causes, { readonly caller: string; readonly callee: string }>>,
  answeredOn: (device: string): string => `Answered on ${device}`,
  endedWith: (name: string): string => `Call with ${name} ended`,
  wasAnsweredOn: (name: string, device: string): string => `The call from ${name} was answered on ${device}`,
  wasAnsweredElsewhere: (name: string): string => `The call from ${name} was answered on another device`,
  wasDeclined: (name: string): string => `The call from ${name} was declined`,
  missedFrom: (name: string): string => `Missed call from ${name}`,
  heard: { good: 'good connection', uneven: 'connection poor at times', poor: 'poor connection' },
  theirConnectionLost: (name: string): string => `${name}’s connection was lost`,
  firewall: 'A firewall may be in the way. Another network may help.',
  checkConnection: 'Check your connection and call again.',

  // Why it could not be made.
  refused: {
    self_call: 'This is you. To try a call, open a second person in a new tab.',
    user_not_found: 'Nobody here has this name any more.',
    blocked: 'You have blocked this person. Unblock them to call.',
    too_many_calls: 'You are in as many calls as you allow at once.',
    rate_limited: 'That was a lot of calls at once. Wait a moment and call again.',
    unreachable: 'The server does not answer. Check your connection and call again.',
    unsupported_browser: 'This browser cannot make calls. Use a current Chrome, Edge, Firefox or Safari.',
    other: 'The call could not be made. Please try again.',
  },
  /** What is wrong with a device, and what to do about it. */
  problems: {
    microphone: {
      refused: {
        what: 'This page may not use your microphone',
        remedy: 'Click the symbol beside the address of this page, allow the microphone, then try again.',
      },
      missing: { what: 'No microphone was found', remedy: 'Connect a microphone and try again.' },
      in_use: {
        what: 'Your microphone is in use',
        remedy: 'Another program may be holding the microphone. Close it there and try again.',
      },
      insecure: {
        what: 'Browsers open the microphone only on secure pages',
        remedy: 'Open this page by https:// or as localhost.',
      },
      lost: { what: 'Your microphone was disconnected', remedy: 'Connect it again, or another one, and turn it on.' },
    },
    camera: {
      refused: {
        what: 'This page may not use your camera',
        remedy: 'Click the symbol beside the address of this page, allow the camera, then try again.',
      },
      missing: { what: 'No camera was found', remedy: 'Connect a camera and try again.' },
      in_use: {
        what: 'Your camera is in use',
        remedy: 'Another program may be holding the camera. Close it there and try again.',
      },
      insecure: {
        what: 'Browsers open the camera only on secure pages',
        remedy: 'Open this page by https:// or as localhost.',
      },
      lost: { what: 'Your camera was disconnected', remedy: 'Connect it again, or another one, and turn it on.' },
    },
  },
};
