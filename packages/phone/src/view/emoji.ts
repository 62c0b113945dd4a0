/** The emoji that can be chosen: common ones, in groups. Their names are in the catalogue. */
export const emojiGroups = {
  faces:
    '😀 😃 😄 😁 😅 😂 🤣 🙂 🙃 😉 😊 😇 🥰 😍 😘 😋 😛 😜 🤪 🤗 🤭 🤫 🤔 🫡 🤐 🤨 😐 😑 😶 😏 😒 🙄 😬 😌 😔 😴 😷 🤒 🤕 🤧 🥵 🥶 😵 🤯 🥳 😎 🤓 🧐 😕 😟 🙁 😮 😲 😳 🥺 😢 😭 😱 😞 😓 😩 😫 🥱 😤 😡 🤬 💀 🤡 👻 👽 🤖',
  people: '👋 🤚 ✋ 👌 🤏 ✌️ 🤞 🤟 🤘 🤙 👈 👉 👆 👇 ☝️ 👍 👎 ✊ 👊 👏 🙌 🫶 🙏 🤝 ✍️ 💪 👀 🧠 👶 🧑 👨 👩 🙋 🤷 🤦 🙇 🏃 💃',
  hearts: '❤️ 🧡 💛 💚 💙 💜 🖤 🤍 💔 💕 💖 💯 💥 💫 💬 💭 💤 ✨ ⭐ 🌟 🔥 ✅ ☑️ ❌ ❗ ❓ ⚠️ 🚫 ➕ ➖ ♻️ 🔴 🟡 🟢 🔵',
  nature:
    '🐶 🐱 🐭 🐰 🦊 🐻 🐼 🐸 🐵 🐔 🐧 🐦 🦉 🐝 🦋 🐢 🐟 🐙 🐳 🐘 🐎 🌱 🌲 🌴 🌵 🍀 🍁 🌹 🌻 🌷 ☀️ ⛅ 🌧️ ⛈️ ❄️ ☃️ 🌈 🌙 🌍 🌊',
  food: '🍎 🍌 🍇 🍓 🍉 🍋 🥑 🍅 🥕 🌽 🍞 🧀 🥚 🍳 🍔 🍟 🍕 🌮 🥗 🍝 🍜 🍣 🍰 🎂 🍪 🍫 🍦 ☕ 🍵 🍺 🍷 🥂 🧃 🍽️',
  activities: '🎉 🎊 🎈 🎁 🏆 🥇 ⚽ 🏀 🎾 🏓 🏊 🚴 🎯 🎮 🎲 🧩 🎨 🎵 🎸 🎤 🎧 🎬 📷',
  travel: '🚗 🚌 🚆 🚲 🛴 ✈️ 🚀 🚢 🏠 🏢 🏥 🏫 🏖️ 🏔️ ⛺ 🗺️ 📍 🧳 ⏰ ⏳ 🚧',
  things: '📞 ☎️ 📱 💻 🖥️ 🖨️ 🔋 💡 🔧 🔨 🔑 🔒 🔓 🛒 💰 💳 ✉️ 📧 📦 📅 📌 📎 📝 📚 📖 📈 📉 🗑️ 🔍 🔔 🔕 💊 🧪 👑 👓 👕 👟 ☂️',
} as const;

export type EmojiGroup = keyof typeof emojiGroups;

export interface Emoji {
  readonly emoji: string;
  readonly name: string;
}

/** Those of a group, or those of all that are called so: each word of the query begins a word by which they are found. */
export function emojiIn(group: EmojiGroup, names: Readonly<Record<string, string>>): readonly Emoji[] {
  return emojiGroups[group].split(' ').map((emoji) => ({ emoji, name: nameOf(names[emoji] ?? emoji) }));
}

export function emojiCalled(query: string, names: Readonly<Record<string, string>>): readonly Emoji[] {
  const wanted = fold(query).split(/\s+/u).filter(Boolean);
  const groups = Object.keys(emojiGroups) as EmojiGroup[];
  const found = groups
    .flatMap((group) => emojiIn(group, names))
    .filter(({ emoji }) => {
      const words = fold(names[emoji] ?? '').split(/[\s,:-]+/u);
      return wanted.every((start) => words.some((word) => word.startsWith(start)));
    });
  // Those whose name begins so come first.
  const begins = ({ name }: Emoji): boolean => fold(name).startsWith(wanted.join(' '));
  return found.toSorted((a, b) => Number(begins(b)) - Number(begins(a)));
}

function nameOf(text: string): string {
  return text.split(', ')[0] ?? text;
}

/** Without case and accents. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
