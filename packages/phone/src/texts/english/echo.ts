/** The echo test: hearing oneself, before anybody else does. Loaded with the first screen of it. */
export const echo = {
  name: 'Echo test',
  call: 'Call the echo test',
  hint: 'You hear what you say a second later, as others would hear you.',
  title: 'Hear yourself',
  during: 'Say something. You hear it again a second later.',

  // What was measured.
  heard: { good: 'Your connection is good', uneven: 'Your connection was poor at times', poor: 'Your connection is poor' },
  silent: 'Nothing was heard of you. Is this the right microphone, and is it turned on?',
  tooShort: 'That was too short to tell. Stay on the line for a few seconds.',
  measured: (milliseconds: string, lost: string | undefined): string =>
    `${milliseconds} ms there and back, ${lost ?? 'nothing'} lost`,
};
