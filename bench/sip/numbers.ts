/** Numbers of the server under load: one leads to a voicemail, the other one on to a number outside. */
export const numbers = { announced: '+498990001', through: '+498990002', outside: '+4930123456' } as const;
