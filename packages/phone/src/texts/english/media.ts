/** Microphones, cameras, loudspeakers; screens that are shown; the keypad; what is known of a call. */
export const media = {
  title: 'Microphone, camera and sound',
  kinds: { microphone: 'Microphone', camera: 'Camera', speaker: 'Loudspeaker' },
  asSystem: 'As the system',
  asSystemNamed: (device: string): string => `As the system (${device})`,
  away: (device: string): string => `${device} – not connected`,
  tryMicrophone: 'Try your microphone',
  tryCamera: 'See yourself',
  stopTrying: 'Stop',
  namesAfterTrying: 'Browsers tell what is connected once you have tried it.',
  level: 'How loud you are',
  chooseSpeaker: 'Choose…',
  speakerBySystem: 'This browser plays where the system does.',
  playSound: 'Play a sound',
  sounds: {
    noiseSuppression: { label: 'Suppress noise', hint: 'Fans, keys and streets become quieter.' },
    echoCancellation: { label: 'Cancel echo', hint: 'Others do not hear themselves. Turn it off only with headphones.' },
    autoGainControl: { label: 'Even out your loudness', hint: 'Quiet voices become louder.' },
  },
  blur: 'Blur what is behind you',

  // What happens by itself.
  lost: {
    microphone: (to: string): string => `Your microphone was disconnected. You now speak into ${to}.`,
    camera: (to: string): string => `Your camera was disconnected. You are now seen by ${to}.`,
    speaker: (to: string): string => `Your loudspeaker was disconnected. You now hear by ${to}.`,
  },
  moved: {
    microphone: (to: string): string => `You now speak into ${to}.`,
    camera: (to: string): string => `You are now seen by ${to}.`,
    speaker: (to: string): string => `You now hear by ${to}.`,
  },
  appeared: (device: string): string => `${device} is connected`,
  use: 'Use it',
  notUsable: 'This device cannot be used. Another program may be holding it.',

  // Screens.
  showScreen: 'Show your screen',
  showScreenWithSound: 'Show your screen with its sound',
  stopScreen: 'Stop showing your screen',
  youShow: 'You are showing your screen',
  youShowWithSound: 'You are showing your screen with its sound',
  shows: (name: string): string => `${name} is showing a screen`,
  youShowBriefly: 'You show your screen',
  showsBriefly: 'Shows a screen',
  screenOf: (name: string): string => `Screen of ${name}`,
  yourScreen: 'Your screen',
  screenBySystem:
    'Your system does not let this browser see the screen. Allow it in the settings of the system, under privacy, and try again.',
  screenFailed: 'The screen could not be shown. Please try again.',

  // On hold.
  hearsMusic: (name: string): string => `Music plays for ${name}.`,
  youHearMusic: 'Music plays until you are taken back.',

  // The keypad.
  keypad: 'Keypad',
  keypadHint: 'For machines that ask you to press keys.',
  keys: { star: 'Star', hash: 'Hash' },
  pressed: 'Pressed so far',
  noDigits: 'The other side takes no keys in this call.',
  digitsLater: 'Keys can be pressed while you talk.',

  // What is known of a call.
  details: 'About this call',
  sound: 'Sound',
  rated: { good: 'Good', fair: 'Fair', bad: 'Poor' },
  measuring: 'Being measured…',
  lossOf: (part: string): string => `${part} lost`,
  delayOf: (milliseconds: string): string => `${milliseconds} ms delay`,
  unevenBy: (milliseconds: string): string => `comes unevenly, by ${milliseconds} ms`,
  safety: 'Safety code',
  safetyHint: (name: string): string =>
    `Read it to each other. If ${name} sees the same, nobody is listening in between, this server included.`,
  noSafety: 'It is there once you are connected.',
  fullScreen: 'Full screen',
  leaveFullScreen: 'Leave full screen',
};
