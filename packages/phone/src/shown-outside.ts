/**
 * Calls where the page itself is not seen: mini window, media keys, notification. What belongs to the page (bar, title, icon) the phone does
 * itself, and what is about more than a call that is up: the badge counts missed calls, the screen stays on while it rings, too.
 */
import { callSession } from 'call-session';
import type { CallActionEvent, CallSession, CallSessionPatch } from 'call-session';
import { pictureOf } from './elements/pictures.ts';
import type { OutsideHost } from './outside.ts';
import { textsOutside } from './texts/outside.ts';
import { t } from './texts/texts.ts';
import type { OfCalls, OfMeetings } from './view/commands.ts';
import { meetingTitle, withWhom } from './view/meeting-texts.ts';
import { largeTile } from './view/meeting-tiles.ts';
import type { MeetingState } from './view/meeting.ts';
import { hue, initials } from './view/names.ts';
import { hasVideo, isHeld, isIn, isMine } from './view/state.ts';
import type { CallState, SignedIn } from './view/state.ts';
import { statusText } from './view/texts.ts';

interface Shown {
  readonly session: CallSession;
  /** What it was told of: the phone opens and closes them. */
  readonly connections: Set<RTCPeerConnection>;
}

export class ShownOutside {
  readonly #host: OutsideHost;
  readonly #shown = new Map<string, Shown>();

  constructor(host: OutsideHost) {
    this.#host = host;
    const canOpen = async (): Promise<void> => {
      const { surfaces } = await callSession.getSupport();
      host.canOpen(surfaces['mini-window'] !== 'no' || surfaces['video-pip'] !== 'no');
    };
    // Without it, nobody is offered anything.
    void canOpen().catch(() => undefined);
  }

  follow(state: SignedIn | undefined): void {
    const calls = state?.calls ?? [];
    const meeting = state?.meetings.meeting?.stage.kind === 'in' ? state.meetings.meeting : undefined;
    for (const [id, shown] of this.#shown)
      if (id !== meeting?.id && !calls.some((call) => call.id === id && !isIn(call, 'ended'))) this.#end(id, shown);
    if (state === undefined) return;
    const common = { osMedia: state.settings.mediaKeys ? 'auto' : 'off', texts: textsOutside() } as const;
    for (const call of calls) if (isMine(call)) this.#show(call, common);
    if (meeting === undefined) return;
    const { session } = this.#shown.get(meeting.id) ?? this.#make(meeting.id, commandInMeeting);
    session.update({ ...saidOfMeeting(meeting), ...common });
  }

  /** Opens the small window, for the call that is shown. */
  open(): void {
    // Refused where it was no click, or the call has just ended.
    void callSession.active?.openMiniWindow().catch(() => undefined);
  }

  #show(call: CallState, common: CallSessionPatch): void {
    const shown = this.#shown.get(call.id) ?? this.#make(call.id, (action, sending) => commandFor(action, call.id, sending));
    shown.session.update({ ...said(call), ...common });
    // The one before is closed by the phone once the next one is up.
    if (call.connection === undefined || shown.connections.has(call.connection)) return;
    shown.connections.add(call.connection);
    shown.session.addPeerConnection(call.connection);
  }

  #make(id: string, commandOf: CommandOf): Shown {
    // How long a call is waited for, the phone knows.
    const session = callSession.create({ inline: 'off', badge: 'off', wakeLock: 'off', reconnectGrace: Infinity });
    session.addEventListener('action', (event) => this.#press(commandOf, session, event));
    const shown = { session, connections: new Set<RTCPeerConnection>() };
    this.#shown.set(id, shown);
    return shown;
  }

  /** Ending a session closes its connections, which is the phone's to do. */
  #end(id: string, { session, connections }: Shown): void {
    this.#shown.delete(id);
    for (const connection of connections) session.removePeerConnection(connection);
    session.end();
  }

  /** What is pressed is done as by the phone's own buttons, so that the other side is told. */
  #press(commandOf: CommandOf, { sending }: CallSession, event: CallActionEvent): void {
    event.preventDefault();
    const command = commandOf(event.action, sending);
    if (command !== undefined) this.#host.run(command);
  }
}

type CommandOf = (action: string, sending: CallSession['sending']) => OfCalls | OfMeetings | undefined;

function commandInMeeting(action: string, sending: CallSession['sending']): OfMeetings | undefined {
  switch (action) {
    case 'hangup':
      return { type: 'meeting', what: { act: 'leave' } };
    case 'togglemicrophone':
      return { type: 'meeting', what: { act: 'microphone', on: !sending.microphone } };
    case 'togglecamera':
      return { type: 'meeting', what: { act: 'camera', on: !sending.camera } };
    default:
      return undefined;
  }
}

/** What is shown is turned over, whatever it may be by now. */
function commandFor(action: string, call: string, sending: CallSession['sending']): OfCalls | undefined {
  switch (action) {
    case 'hangup':
      return { type: 'hang-up', call };
    case 'togglemicrophone':
      return { type: 'mute', call, muted: sending.microphone };
    case 'togglecamera':
      return { type: 'camera', call, on: !sending.camera };
    case 'togglescreenshare':
      return { type: 'share-screen', call, on: false, sound: false };
    case 'resume':
      return { type: 'hold', call, held: false };
    default:
      return undefined;
  }
}

function said(call: CallState): CallSessionPatch {
  const { peer, stage, mine, theirs, remote, screen } = call;
  const isSeen = (theirs.camera || theirs.screen === true) && !isHeld(call);
  const [picture] = isSeen ? (remote?.getVideoTracks() ?? []) : [];
  return {
    peer: { name: peer.name, avatar: [{ src: pictureOf(peer.address) ?? drawn(peer.name, peer.address) }] },
    kind: hasVideo(call) ? 'video' : 'audio',
    subtext: statusText(call),
    startTime: 'since' in stage ? stage.since : undefined,
    held: isHeld(call),
    // Mixed with the sound of a screen, a microphone that is off is still sent. A screen takes the place of the camera.
    sending: { microphone: !mine.muted, ...(screen === undefined && { camera: mine.camera }) },
    picture: picture ?? null,
    buttons: mine.held ? [{ action: 'resume', title: t.calls.resume }] : [],
  };
}

/** A meeting is shown as a call with all who are in it, by who speaks. */
function saidOfMeeting(meeting: MeetingState): CallSessionPatch {
  const { id, stage, microphone, camera } = meeting;
  const title = meetingTitle(meeting);
  const [picture] = largeTile({ ...meeting, layout: 'speaker' })?.stream?.getVideoTracks() ?? [];
  return {
    peer: { name: title, avatar: [{ src: drawn(title, id) }] },
    kind: 'video',
    subtext: withWhom(meeting),
    startTime: stage.kind === 'in' ? stage.since : undefined,
    sending: { microphone, camera },
    picture: picture ?? null,
  };
}

/** The circle of a person as a picture. */
function drawn(name: string, address: string): string {
  const tint = hue(address);
  const letters = [...initials(name)].map((letter) => `&#${letter.codePointAt(0)};`).join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><rect width="256" height="256" fill="oklch(0.4 0.085 ${tint})"/><text x="128" y="163" font-family="system-ui,sans-serif" font-weight="600" font-size="98" text-anchor="middle" fill="oklch(0.95 0.03 ${tint})">${letters}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
