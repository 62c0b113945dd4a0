import type { AccountTexts } from '../accounts.ts';
import { plurals } from '../plural.ts';

const plural = plurals('ar');

export const accounts: AccountTexts = {
  backToSettings: 'العودة إلى الإعدادات',
  titles: { admin: 'الأشخاص والدعوات', member: 'دعوة ضيف' },
  inviteTitles: { admin: 'دعوة شخص', member: 'رابط لضيف' },
  accounts: 'الحسابات',
  searchByName: 'البحث بالاسم',
  search: 'البحث في الحسابات',
  nobodyCalled: (query) => `لا حساب باسم «${query}».`,
  more: 'عرض المزيد',
  forMore: (span) => `يبقى ${span}`,
  roles: { admin: 'مدير', member: 'عضو', guest: 'ضيف' },
  hints: {
    admin: 'يحصل على حساب، ويتصل بالجميع، ويدعو الأشخاص، ويغلق الحسابات.',
    member: 'يحصل على حساب، ويتصل بالجميع، ويمكنه دعوة ضيوف.',
    guest: 'لا يحتاج إلى حساب: يكتب اسمًا، ويمكنه الاتصال بك ليوم واحد.',
  },
  actions: (name) => `خيارات ${name}`,
  change: (name) => `تغيير حساب ${name}`,
  makeMember: 'جعله عضوًا',
  makeAdmin: 'جعله مديرًا',
  renewPassword: 'رابط لكلمة مرور جديدة',
  passwordLink: 'رابط لكلمة مرور جديدة',
  passwordLinkFor: (name) => `رابط لكلمة مرور جديدة لـ ${name}`,
  passwordLinkListed: (name) => `كلمة مرور جديدة لـ ${name}`,
  endVisit: 'إنهاء الزيارة',
  endVisitAsk: 'إنهاء الزيارة…',
  closeAccount: 'إغلاق الحساب',
  closeAccountAsk: 'إغلاق الحساب…',
  closeQuestion: 'إغلاق الحساب؟',
  endVisitQuestion: 'إنهاء الزيارة؟',
  visitEnds: 'تنتهي الزيارة فورًا، ومعها أي مكالمة.',
  accountEnds: 'يُسجَّل خروجه من كل مكان فورًا، وتنتهي روابطه. لا يمكن التراجع عن ذلك.',
  closed: (name) => `لم يعد تسجيل الدخول ممكنًا باسم ${name}`,

  openLinks: 'روابط ما زالت صالحة',
  inviteAs: 'دعوة بصفة',
  makeLink: 'إنشاء رابط',
  linkFor: { admin: 'رابط لمدير واحد', member: 'رابط لعضو واحد', guest: 'رابط لضيف واحد' },
  invitation: 'الدعوة',
  sendIt: (span) => `أرسله إلى الشخص المقصود وحده: يعمل مرة واحدة، وهو صالح لمدة ${span}، ولن يُعرض مرة أخرى.`,
  severalTimes: (role, uses) =>
    `${role}، ${plural(uses, { one: 'مرة واحدة', two: 'مرتان', few: '# مرات', many: '# مرة', other: '# مرة' })}`,
  linkUsed: 'استُخدم الرابط',
  goodFor: (span) => `صالح لمدة ${span}`,
  takeBack: 'سحب',
  takeBackLink: (what, span) => `سحب الرابط: ${what}، صالح لمدة ${span}`,
  span: {
    day: (count) => plural(count, { one: 'يوم واحد', two: 'يومين', few: '# أيام', many: '# يومًا', other: '# يوم' }),
    hour: (count) => plural(count, { one: 'ساعة واحدة', two: 'ساعتين', few: '# ساعات', many: '# ساعة', other: '# ساعة' }),
    minute: (count) => plural(count, { one: 'دقيقة واحدة', two: 'دقيقتين', few: '# دقائق', many: '# دقيقة', other: '# دقيقة' }),
  },
};
