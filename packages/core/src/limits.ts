/**
 * Every limit of the system: its number, its unit, and where it is enforced. Each has an error code in `errors.ts` and a test.
 * Values a host may change are defaults of the server's configuration; the others are part of the protocol.
 *
 * These are the limits that both ends of the wire know.
 */
export const limits = {
  /** Bytes of one signalling message; larger ones close the connection with `too_large`. */
  messageBytes: 64 * 1024,
  /** UTF-16 units of one candidate line (RFC 8839 §5.1 lines are about 100). */
  candidateLength: 1024,
  /** Candidates in one message. */
  candidatesPerMessage: 32,
  /** Candidates kept of each side of a call, for those who have to catch up. */
  candidatesPerCall: 128,
  /** Code points of a name as people see it. */
  nameLength: 64,
  /** Code points of an address. */
  addressLength: 64,

  /** How long a call rings, if the callee has not said otherwise. */
  ringMs: 45_000,
} as const;

/** The same for what the server alone checks: apart from the others, because pages load those. */
export const serverLimits = {
  /** UTF-16 units of the ids of requests, calls and devices. */
  idLength: 64,
  /** UTF-16 units of one session description. */
  sdpLength: 32 * 1024,
  /** UTF-16 units of a type that is named in an error. */
  typeLength: 128,
  /** UTF-16 units of a token. */
  tokenLength: 8192,
  /** UTF-16 units of the secret that resumes a connection. */
  resumeLength: 256,
  /** UTF-16 units of a cursor, which leads to the next page. */
  cursorLength: 256,
  /** Calls that a page may believe to be alive when it says `hello`. */
  callsInHello: 64,
  /** The highest number of a media path, and of an offer in one. */
  epochMost: 1_000_000,
  /** Entries on one page of the history. */
  historyPage: 200,
  /** Entries on one page of the history if no number is asked for. */
  historyPageUsual: 50,
  /** Calls a user is in or is rung by at once, if the user has not said otherwise. */
  callsPerUser: 4,
  /** How often one call is forwarded: the next one keeps it. */
  forwardsPerCall: 5,
  /** For how long a user may have calls ring. */
  ringMsLeast: 5_000,
  ringMsMost: 180_000,
  /** Devices of one user. */
  devicesPerUser: 32,
  /** Live connections of one device. */
  connectionsPerDevice: 32,
  /** UTF-16 units of the candidates kept of each side of a call: lines, user fragments and names of media sections. */
  candidatesLength: 24 * 1024,
  /**
   * How long a device between two sockets is waited for: by a call, when none of the callee's is there, and before its user counts
   * as offline.
   */
  reachMs: 6_000,
  /** The same where the last page has left by itself: it was closed, or is loaded again and back in a moment. */
  reloadMs: 4_000,
  /** From the claim of a call to the answer, if the claim did not carry it. */
  answerMs: 20_000,
  /** From the answer to the first media; a side whose signalling was lost and is back, or that opens a new epoch, starts it anew. */
  connectMs: 30_000,
  /** How long a call outlives the loss of both the signalling of one side and its media. */
  lostMs: 30_000,
  /** How long a call outlives the page of one side that has left by itself, and its media with it. */
  leftMs: 10_000,
  /** How long a call is kept when both sides are gone, so that it survives a restart of the server. */
  orphanMs: 120_000,
  /** How long media may be interrupted with signalling intact before the call ends. */
  interruptedMs: 60_000,
  /** How long a connection may be resumed after its socket is gone. */
  resumeMs: 60_000,
  /** A device that is told of a call has this long to say that it rings; then it is pushed to, as its page may be frozen. */
  confirmMs: 2_000,
  /** Events and bytes kept for a resume, per connection. */
  resumeEvents: 512,
  resumeBytes: 512 * 1024,

  /** The server pings each socket this often, and lets it go when it has not answered for `silentMs`. */
  pingMs: 25_000,
  silentMs: 75_000,
  /** The first message must arrive this soon after the socket opened. */
  helloMs: 10_000,
  /** Messages that may follow `hello` before its answer, and together be no longer than one may be; one more closes the socket. */
  greetingMessages: 64,
  /** A socket that is closed must have gone this soon, or it is cut. */
  closeMs: 2_000,
  /** How long what was asked may take to be answered when the server goes down. */
  drainMs: 5_000,
  /** Of those who are here, so many are looked at for the beginning of a list of people. */
  peopleSearched: 2_000,
  /** Bytes waiting for a slow reader before its socket is closed with `slow_reader`. */
  unsentBytes: 1024 * 1024,
  /** Messages per second of one connection, and how many may come at once. */
  messagesPerSecond: 100,
  messageBurst: 400,
  /** Messages of one user over all connections: as many as this many connections may send. */
  messagesPerUser: 4,
  /** A message to everyone counts as one more for each of so many users who are here, but at most as a quarter of `messageBurst`. */
  receiversPerMessage: 50,
  /** The quarter. */
  everyoneShare: 1 / 4,
  /** It goes to this many connections at once, to the next ones so much later; and so many such messages may wait for that. */
  everyoneAtOnce: 500,
  everyoneMs: 20,
  everyoneWaiting: 64,
  /** Invites per minute of one user, and how many may come at once. */
  invitesPerMinute: 60,
  inviteBurst: 20,
  /** Sockets from one network address: open at once, and new per second. */
  socketsPerAddress: 256,
  socketsPerAddressPerSecond: 50,
  socketBurstPerAddress: 100,
  /** Connections of any kind from one network address beside its sockets; further ones are closed before they say anything. */
  connectionsPerAddress: 128,
  /** A request of HTTP must have arrived this soon after its connection opened or the request before it was answered. */
  requestMs: 10_000,
  /** Bytes of its body. */
  requestBytes: 64 * 1024,
  /** With TLS, the handshake must be over this soon; what speaks no TLS is sent to `https:` and let go. */
  handshakeMs: 5_000,
  /** Names taken, and links made and used, per minute from one network address, and how many at once. */
  claimsPerMinute: 30,
  claimBurst: 30,
  /** How old the time at which a device was last seen may be in the store. */
  seenMs: 3_600_000,
  /** How long a link to add a device may be used. */
  linkMs: 300_000,
  /** UTF-16 units of its code. */
  linkLength: 128,
  /** Code points of a password. */
  passwordLengthLeast: 10,
  passwordLength: 256,
  /** How passwords are kept (RFC 7914 §2), the logarithm of N to the base of 2: 32 MB and about a tenth of a second for each. */
  scryptLogN: 15,
  scryptR: 8,
  scryptP: 3,
  /** Passwords that are computed at once, and how many may wait for that. */
  passwordsAtOnce: 2,
  passwordsWaiting: 64,
  /** Attempts to sign in to one account per minute, and how many may come at once. */
  signInsPerMinute: 6,
  signInBurst: 10,
  /** How long an invitation may be used, if it does not say otherwise, and at most. */
  inviteMs: 604_800_000,
  inviteMsMost: 2_592_000_000,
  /** How long a link for a new password may be used. */
  passwordLinkMs: 86_400_000,
  /** How often one invitation may be used, at most. */
  inviteUses: 1_000,
  /** How long a guest may stay, if the invitation does not say otherwise, and at most; and how long after that they are forgotten. */
  guestMs: 86_400_000,
  guestMsMost: 2_592_000_000,
  guestKeptMs: 2_592_000_000,
  /** How long somebody may take at a provider of OpenID Connect, and the page to sign in after that. */
  oidcMs: 600_000,
  oidcCodeMs: 60_000,
  /** How many may be there at once. */
  oidcPending: 10_000,
  /** Accounts on one page of the list. */
  accountsPage: 200,
  /** Destinations that the grants of one token name. */
  tokenDestinations: 100,
  /** How long a token is good that the server makes for a program, in seconds, unless that says something else. */
  tokenUsualSeconds: 600,
  /** How far ahead a minted token may end. What was revoked is remembered as long. */
  tokenLifetimeMs: 86_400_000,
  /** How far the clock of whoever mints tokens may be ahead of this server's. */
  tokenSkewMs: 10_000,
  /** A page is told this long before its token expires; of a shorter one after half of its time. */
  tokenWarnMs: 60_000,
  /** The keys of a JWKS are kept this long, and fetched at most this often when a token names one that is not among them. */
  jwksMs: 600_000,
  jwksCooldownMs: 30_000,
  jwksTimeoutMs: 5_000,
  /** With less room than this on the disk, a server is not ready for more. */
  diskFreeBytes: 4 * 1024 * 1024,
  /** Recordings end while so much of the disk is free, so that calls and messages can still be kept. */
  recordingFreeBytes: 256 * 1024 * 1024,
  /** Bytes of one recording of a session, with all its files; it ends then. */
  recordingBytes: 32 * 1024 * 1024 * 1024,
  /** Answers kept per connection for repeated request ids. */
  repeatedAnswers: 256,
  /** Bytes of these, together. */
  answerBytes: 512 * 1024,
} as const;

/** Those of conversations, apart, so that pages which only call do not load them. */
export const conversationLimits = {
  /** Bytes (UTF-8) and code points of the text of a message. */
  textBytes: 24_000,
  textLength: 8_000,
  /** Combining marks on one character of a text; more are left out. */
  marksPerCharacter: 8,
  /** Code points of a reaction. */
  reactionLength: 16,
  /** Different reactions to one message, and all reactions to it. */
  reactionsPerMessage: 20,
  reactionsPerMessageMost: 500,
  /** Bytes of one file, and of one piece in which it is sent. */
  fileBytes: 32 * 1024 * 1024,
  filePieceBytes: 512 * 1024,
  /** Files in one message. */
  filesPerMessage: 10,
  /** Code points of the name of a file. */
  fileNameLength: 128,
  /** Bytes of files that one user sends per minute, and how many may come at once. */
  fileBytesPerMinute: 64 * 1024 * 1024,
  fileBytesBurst: 256 * 1024 * 1024,
  /** Bytes of all files of one user. */
  fileBytesPerUser: 2 * 1024 * 1024 * 1024,
  /** How long the address of a file may be used. */
  fileUrlMs: 3_600_000,
  /** A file that was sent and is in no message is kept this long. */
  fileUnsaidMs: 86_400_000,
  /** People in a group. */
  peoplePerGroup: 200,
  /** Conversations on one page of the list. */
  conversationsPage: 50,
  /** Entries on one page of a conversation. */
  entriesPage: 100,
  /** Bytes of these: half of what may wait for a slow reader. */
  entriesPageBytes: 512 * 1024,
  /** Entries on one page of a search. */
  searchPage: 50,
  /** UTF-16 units of what is searched for, and words of it that are looked at. */
  searchLength: 200,
  searchWords: 8,
  /** An unread count goes no higher. */
  unreadMost: 1_000,
  /** What one user says in conversations (messages, edits, reactions, changes), per second, and how much may come at once. */
  saysPerSecond: 10,
  sayBurst: 60,
  /** Searches in messages per second of one user, and how many may come at once. */
  searchesPerSecond: 5,
  searchBurst: 20,
  /** That somebody types is told at most this often per conversation and user. */
  typingMs: 2_000,
} as const;

/** Those of people, apart for the same reason. */
export const peopleLimits = {
  /** Addresses one connection watches. */
  watchedAddresses: 200,
  /** People on one page of the list. */
  peoplePage: 200,
  /** The highest number a user may set for `maxCalls`. */
  callsPerUserMost: 16,
  /** Characters, as people count them, of what somebody says of what they do. */
  statusLength: 80,
  /** People on the list of one user, and people whom one user has blocked. */
  contactsPerUser: 1_000,
  blockedPerUser: 1_000,
  /** Bytes of a picture of a person. */
  pictureBytes: 512 * 1024,
} as const;

/** Those of what is pushed, apart for the same reason. */
export const pushLimits = {
  /** UTF-16 units of where a device is reached: a URL, or a token of a provider. */
  endpointLength: 2_048,
  /** Bytes of one message: 4,096 with what its encryption adds (RFC 8291 §4), and some more that services keep for themselves. */
  bodyBytes: 3_800,
  /** How long a push service may take. */
  timeoutMs: 5_000,
  /** Bytes of its answer that are read before the connection is given up instead of used again. */
  answerBytes: 16 * 1024,
  /** A message that a service cannot take now is sent once more after this time, if the service does not say when. */
  retryMs: 1_000,
  /** How long a service keeps that a call was missed, and at least that it rings no more. */
  missedTtlMs: 86_400_000,
  overTtlMs: 60_000,
  /** How far ahead one may have oneself rung, per minute of one user, and how often at once. */
  testAfterMs: 60_000,
  testsPerMinute: 6,
  testBurst: 3,
} as const;

/** Those of sessions, apart for the same reason. */
export const sessionLimits = {
  /** UTF-16 units of the ids of sessions and participants. */
  sessionIdLength: 64,
  /** UTF-16 units of the token of a participant. */
  participantTokenLength: 256,
  /** UTF-16 units of what tells the sections of a description apart, and of what an application calls a stream. */
  midLength: 64,
  aliasLength: 64,
  /** UTF-16 units of what an application notes of a session or a participant. */
  tagLength: 256,
  /** UTF-16 units of one description: that of somebody who receives many streams, which has to fit into one message. */
  sessionSdpLength: 56 * 1024,
  /** Participants of one session, if its maker has not said otherwise, and at most. */
  participants: 20,
  participantsMost: 100,
  /** Streams that one participant publishes. */
  streamsPerParticipant: 16,
  /** Streams by name that one participant receives of another. */
  aliasesPerSubscription: 16,
  /** How wide a stream may be said to be seen, in CSS pixels. */
  widthMost: 16_384,
  /** How often a stream may be muted, at most. */
  numberMost: 1_000_000_000,
  /** How long a session lasts at most. */
  sessionMs: 32_400_000,
  /** How long a participant and its token are good for. */
  participantMs: 86_400_000,
  /** Requests per second of one API key, and how many may come at once. */
  apiRequestsPerSecond: 50,
  apiRequestBurst: 200,
  /** A session that everybody has left is over after this time. */
  sessionEmptyMs: 300_000,
  /** How long somebody whose signalling and media are both lost stays in a session, and whose page has left by itself. */
  participantLostMs: 30_000,
  participantLeftMs: 10_000,
  /** How long media that were there may be gone, with signalling intact, before their participant counts as lost. */
  sessionMediaMs: 60_000,
  /** Sessions that one user is in at once. */
  sessionsPerUser: 8,
} as const;

/** Those of the REST API, apart for the same reason. */
export const apiLimits = {
  /** Items of one page, if nothing is said, and at most. */
  pageUsual: 50,
  pageMost: 200,
  /** How often one key listens to events at once, and all of them together. */
  eventStreams: 32,
  eventStreamsInAll: 256,
  /** How often a feed of events looks for new ones, how long it is silent at most, and after what time whoever lost it comes back. */
  eventPollMs: 250,
  eventHeartbeatMs: 15_000,
  eventRetryMs: 2_000,
  /** How long events are kept, and how often old ones are let go of. */
  eventKeepMs: 604_800_000,
  eventPruneMs: 3_600_000,
  /** How long it is remembered what was asked for with an idempotency key. */
  idempotencyMs: 2_592_000_000,
} as const;
