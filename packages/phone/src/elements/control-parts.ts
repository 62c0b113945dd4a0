/** What can be styled of the buttons of a call, for `exportparts` of those who hold them. Apart from them: they are loaded with a call. */
export const controlParts = 'microphone, camera, screen, more, hang-up';
