import { plurals } from '../plural.ts';

const plural = plurals('en');

/** Conversations: the list, what was said, and what one says. */
export const conversations = {
  title: 'Conversations',
  search: 'Search people, conversations and messages',
  moreFound: 'Show more messages',
  people: 'People',
  older: 'Show older conversations',
  listEmpty: 'What you write with others will be listed here.',
  nothingYet: 'Nothing yet',
  everyone: 'Everyone',
  unnamed: 'Conversation',
  everybodyHere: 'All who are signed in here',
  nothingSaidTo: (name: string): string => `Nothing was said yet. Write the first message to ${name}.`,
  nothingSaidHere: 'Nothing was said yet. Write the first message here.',
  notInGroup: 'You are no longer in this group.',
  leaveGroup: 'Leave the group',

  // A message in the list.
  bySelf: (said: string): string => `You: ${said}`,
  by: (name: string, said: string): string => `${name}: ${said}`,
  deleted: 'Message deleted',
  files: (count: number): string => plural(count, { one: '# file', other: '# files' }),
  picture: 'Picture',
  meet: 'Meet',
  meeting: 'Meeting',
  meetingOver: 'Meeting over',
  voicemail: 'Voicemail',

  // Calls as entries.
  entry: { audio: 'Call', video: 'Video call' },
  missed: { audio: 'Missed call', video: 'Missed video call' },

  // What became of a group, by oneself and by others.
  made: (name: string): string => `You made the group ${name}`,
  madeBy: (who: string, name: string): string => `${who} made the group ${name}`,
  named: (name: string): string => `You named the group ${name}`,
  namedBy: (who: string, name: string): string => `${who} named the group ${name}`,
  added: (people: string): string => `You added ${people}`,
  addedBy: (who: string, people: string): string => `${who} added ${people}`,
  left: 'You left',
  leftBy: (who: string): string => `${who} left`,
  removed: (people: string): string => `You removed ${people}`,
  removedBy: (who: string, people: string): string => `${who} removed ${people}`,

  writes: (name: string): string => `${name} is writing…`,
  bothWrite: (one: string, other: string): string => `${one} and ${other} are writing…`,
  severalWrite: 'Several are writing…',
  sendingFile: (name: string, percent: string): string => `Sending ${name} · ${percent}`,

  // The messages.
  messages: 'Messages',
  earlier: 'Show earlier messages',
  later: 'Show later messages',
  newest: 'To the newest',
  newMark: 'New',
  edited: 'Edited',
  seen: 'Seen',
  sending: 'Sending…',
  notSent: 'Not sent',
  discard: 'Discard',
  menu: 'Message',
  moreMine: 'More about your message',
  moreOf: (name: string): string => `More about the message of ${name}`,
  reply: 'Reply',
  edit: 'Edit',
  delete: 'Delete',
  deleteMessage: 'Delete the message',
  deleteForAll: 'Delete for everybody',
  keep: 'Keep',
  react: 'React',
  emoji: { good: 'Good', love: 'Love', funny: 'Funny', hooray: 'Hooray' },
  earlierMessage: 'An earlier message',

  // The composer.
  write: 'Write a message…',
  message: 'Message',
  attach: 'Attach files',
  send: 'Send',
  caption: 'Add a caption…',
  filesChosen: 'Files to send',
  takeOut: (name: string): string => `Take out ${name}`,
  unsent: (names: string, why: string): string => `Not sent: ${names}. ${why}`,
  emojiChoice: 'Choose an emoji',
  commands: 'Commands',
  commandHints: {
    call: (name: string): string => `Call ${name}`,
    video: (name: string): string => `Call ${name} with video`,
  },
  editing: 'Edit your message',
  replyTo: (name: string): string => `Reply to ${name}`,
  leaveAsWas: 'Leave it as it was',
  doNotReply: 'Do not reply',
  callsAreDirect: 'Calls are between two people. Open the conversation with one of them.',

  // A new group.
  newGroup: 'New group',
  groupName: 'Name',
  groupPeople: 'People',
  chosen: (count: number): string => plural(count, { other: '# chosen' }),
  makeGroup: 'Make the group',
  editGroup: 'Name and people',
  dropFiles: (name: string): string => `Drop to send to ${name}`,

  /** Why something did not work, by the error's code. */
  problems: {
    file_too_large: 'A file may have 32 MB at most.',
    file_refused: 'Programs are not sent here. Put it into an archive, or send a link.',
    file_unreadable: 'The file was changed or removed. Choose it again.',
    files_full: 'Your files take all the room they may. Delete messages with files, and try again.',
    disk_full: 'The server has no room for it at the moment. Please try again later.',
    too_many_people: 'A group has room for 200 people.',
    text_too_long: 'This is too long for one message. Send it in parts.',
    not_changeable: 'This message can no longer be changed.',
    user_not_found: 'Nobody here has this name any more.',
    conversation_not_found: 'There is no such conversation, or you are not in it.',
    name_invalid: 'A name needs a letter or a digit, and no more than 64 characters.',
  },
};
