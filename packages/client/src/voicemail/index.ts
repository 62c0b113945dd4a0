/**
 * What callers have said to one's voicemail. An entry of its own, so that pages which only call do not load it.
 *
 *     import { connect } from '@offhook/client';
 *     import { markVoicemail, voicemailAddress, voicemails } from '@offhook/client/voicemail';
 *
 *     const phone = await connect({ name: 'Anna' });
 *     const { voicemails: [newest], count } = await voicemails(phone);
 *     console.log(`${count.new} new`);
 *     if (newest) {
 *       await new Audio(await voicemailAddress(phone, newest)).play();
 *       await markVoicemail(phone, newest.voicemail);
 *     }
 *
 * `setGreeting(phone, file)` says what callers hear before the tone.
 *
 * Each is an entry of the conversation with its caller as well. Whether callers may leave one: `phone.changeSettings({ voicemail: { on: true } })`.
 */
export { setGreeting } from './greeting.ts';
export { deleteVoicemail, markVoicemail, voicemailAddress, voicemails } from './voicemail.ts';
export type { GreetingView, VoicemailList, VoicemailSettings, VoicemailView } from '@offhook/core';
