import type { SipPhoneTexts } from '../sip-phones.ts';

export const sipPhones: SipPhoneTexts = {
  title: 'الهواتف',
  lead: 'إضافة هاتف',
  hint: 'هاتف مكتبي أو تطبيق هاتف يعمل ببروتوكول SIP. يرن مع متصفحاتك ويتصل باسمك.',
  name: 'اسم الهاتف',
  example: 'هاتف المكتب',
  add: 'إضافة',
  registered: 'مسجَّل',
  notRegistered: 'غير مسجَّل',

  enterThere: (name) => `أدخل هذا في ${name}`,
  server: 'الخادم',
  user: 'اسم المستخدم',
  password: 'كلمة المرور',
  copy: (what) => `نسخ: ${what}`,
  copied: (what) => `تم النسخ: ${what}`,
  transport: 'بروتوكول النقل',
  domain: 'حيث يطلب الهاتف نطاقًا أو مسجِّلًا أو وكيلًا فالمقصود هو الخادم.',
  once: 'لا تُعرض كلمة المرور إلا الآن. إن ضاعت فأزل الهاتف وأضفه من جديد.',
  waiting: 'في انتظار تسجيله…',
  ready: 'تم تسجيله، وسيرن من الآن',

  remove: 'إزالة',
  removeIt: (name) => `إزالة ${name}`,
  removeQuestion: 'إزالة الهاتف؟',
  ends: 'تنتهي مكالماته، ولا يعود بإمكانه التسجيل. لاستخدامه مجددًا أضفه من جديد.',
  tooMany: 'لديك أقصى عدد مسموح به من الهواتف. أزل أحدها أولًا.',
};
