import type { CallSessionTexts } from 'call-session';
import { language } from './texts.ts';

/** What stands on a call outside of the page. */
export function textsOutside(): Partial<CallSessionTexts> {
  return language() === 'ar' ? arabic : {};
}

/** English is what it says by itself. */
const arabic: CallSessionTexts = {
  inCall: 'أنت في مكالمة',
  talkingWith: 'أنت تتحدث مع {peer}',
  duration: 'المدة {time}',
  reconnecting: 'تجري محاولة إعادة الاتصال…',
  sending: 'يُرسل الآن: {what}',
  sendingNothing: 'لا يُرسل شيء',
  microphone: 'الميكروفون',
  camera: 'الكاميرا',
  screen: 'الشاشة',
  mute: 'إغلاق الميكروفون',
  unmute: 'تشغيل الميكروفون',
  cameraOff: 'إغلاق الكاميرا',
  cameraOn: 'تشغيل الكاميرا',
  stopSharing: 'إيقاف عرض شاشتك',
  miniWindow: 'عرض في نافذة صغيرة',
  hangUp: 'إنهاء المكالمة',
};
