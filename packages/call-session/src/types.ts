/** What applications say of a call and are told. */

/**
 * `pending`: nothing is shown, because no connection is up or another call of the page is; `active`; `reconnecting`: was up a moment
 * ago and may come back; `ended`: for good.
 */
export type CallSessionState = 'pending' | 'active' | 'reconnecting' | 'ended';

/** What kind of call it is. `auto` is found out from what was negotiated. */
export type CallSessionKind = 'auto' | 'audio' | 'video' | 'group';

/** A place where a call can be seen. */
export type CallSessionSurface = 'inline' | 'mini-window' | 'video-pip' | 'os-media' | 'notification' | 'badge';

/** Something to press besides what every call has. */
export interface CallSessionButton {
  /** What the `action` event calls it. */
  readonly action: string;
  readonly title: string;
  /** The address of an image: http(s), blob, or data of an image. Others are left out. */
  readonly icon?: string;
  /** For what is on or off. */
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly role?: 'normal' | 'destructive';
  /** Higher ones come first, also where a surface has room for few. 0 if not given. */
  readonly priority?: number;
}

/** What `updateButton` changes of a button. */
export type CallSessionButtonPatch = Partial<Omit<CallSessionButton, 'action'>>;

/** What is being sent to others at this moment. */
export interface CallSessionSending {
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
}

/** A line of one's own below the header. Asked at least once a second. */
export type CallSessionSubtext = (call: { readonly duration: number; readonly state: CallSessionState }) => string;

/** The words that are shown, to be said in another language. */
export interface CallSessionTexts {
  readonly inCall: string;
  /** With `{peer}` for the name. */
  readonly talkingWith: string;
  /** With `{time}` for the clock. */
  readonly duration: string;
  readonly reconnecting: string;
  /** With `{what}` for microphone, camera, screen. */
  readonly sending: string;
  readonly sendingNothing: string;
  readonly microphone: string;
  readonly camera: string;
  readonly screen: string;
  readonly mute: string;
  readonly unmute: string;
  readonly cameraOff: string;
  readonly cameraOn: string;
  readonly stopSharing: string;
  readonly miniWindow: string;
  readonly hangUp: string;
}

/** A call, as `create()` takes it. Nothing of it asks the person for anything. */
export interface CallSessionInit {
  /** "You are talking in Weekly planning". Made of `peer` if not given. */
  readonly header?: string;
  /** The line below. Without one: "Duration 36:46". */
  readonly subtext?: string | CallSessionSubtext | null;
  /** The picture of the call. */
  readonly artwork?: readonly MediaImage[];
  readonly kind?: CallSessionKind;
  /** The one on the other side: the picture of a call between two. */
  readonly peer?: { readonly name: string; readonly avatar?: readonly MediaImage[] };
  readonly buttons?: readonly CallSessionButton[];
  /** `false` takes Hang up away; otherwise what it looks like. */
  readonly hangup?: false | CallSessionButtonPatch;
  readonly peerConnections?: readonly RTCPeerConnection[];
  /** When it began, on the clock of `performance.now()`, if that was not with its first connection here: before a reload, say. */
  readonly startTime?: DOMHighResTimeStamp;
  /** It is on hold, where that cannot be seen: its media stays negotiated. */
  readonly held?: boolean;
  /**
   * `false` for what is not sent although its track is: a microphone that is turned off before it is mixed with other sound, say. What is
   * named here has its button even while no track is attached.
   */
  readonly sending?: Partial<CallSessionSending>;
  /** The picture that is seen, or null for none. The first one that arrives if not given. */
  readonly picture?: MediaStreamTrack | null;
  /** Where a click on a notification leads when the page is gone. Of the same origin. */
  readonly returnUrl?: string;
  /** How long a lost connection is waited for, in seconds; Infinity: until the application ends the call. 30 if not given. */
  readonly reconnectGrace?: number;
  /** The bar in the page: floating, or at the end of this element. `off`: nothing of the page is touched, its title and icon included. */
  readonly inline?: 'auto' | 'off' | Element;
  /** `auto` where it is known to do no harm (Chromium on desktops), `force` wherever it may work, never on iOS. */
  readonly osMedia?: 'auto' | 'off' | 'force';
  readonly notification?: 'auto' | 'off';
  /** Opens the mini window by itself when the tab is left, where the browser does that. */
  readonly autoMiniWindow?: boolean;
  /** The mark on the icon of an installed application. */
  readonly badge?: 'auto' | 'off';
  /** Keeps the screen on: `auto` in calls with pictures. */
  readonly wakeLock?: 'auto' | 'on' | 'off';
  readonly texts?: Partial<CallSessionTexts>;
}

/** What `update` changes of a call. What is undefined is as if it was never said. */
export type CallSessionPatch = {
  readonly [K in Exclude<keyof CallSessionInit, 'peerConnections'>]?: CallSessionInit[K] | undefined;
};

/** How a surface comes about here: by itself, by a click, once it is asked for (`osMedia: 'force'`), after something, or not at all. */
export type CallSessionSurfaceSupport = 'automatic' | 'click' | 'opt-in' | 'needs-permission' | 'needs-worker' | 'no';

/** What this browser can show, in this page, now. */
export interface CallSessionSupport {
  readonly surfaces: Readonly<Record<CallSessionSurface, CallSessionSurfaceSupport>>;
  /** How many buttons a notification has. */
  readonly notificationActions: number;
  readonly wakeLock: boolean;
  /** Whether what is shown outside the page goes with it, even if the page crashes: at once, or when the service worker starts the next time. */
  readonly orphanControl: boolean;
}
