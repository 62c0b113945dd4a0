import type { Description, Section } from '@offhook/sdp';
import { DescriptionError, direction, iceCredentials, isNowhere, parseDescription } from '@offhook/sdp';

/**
 * Whether a description takes nothing in: the phone holds the call (RFC 3264 §8.4), also in the old way, by the address of nobody (RFC
 * 2543 §B.5). With ICE that address says nothing: browsers write it where they do not give their own away (RFC 8829 §5.2.1). What cannot be
 * read holds nothing.
 */
export function isHeldIn(sdp: string): boolean {
  return soundIn(sdp, (sound, session) => {
    const connection = sound.connection ?? session.connection;
    const isByIce = iceCredentials(sound, session) !== undefined;
    if (!isByIce && connection !== undefined && isNowhere(connection)) return true;
    return ['sendonly', 'inactive'].includes(direction(sound, session));
  });
}

/** Whether it says that it sends something. */
export function isSaidIn(sdp: string): boolean {
  return soundIn(sdp, (sound, session) => ['sendonly', 'sendrecv'].includes(direction(sound, session)));
}

/** False where there is no sound, or nothing can be read. */
function soundIn(sdp: string, says: (sound: Section, session: Description) => boolean): boolean {
  try {
    const session = parseDescription(sdp);
    const sound = session.sections.find(({ kind, port }) => kind === 'audio' && port !== 0);
    return sound !== undefined && says(sound, session);
  } catch (error) {
    if (error instanceof DescriptionError) return false;
    throw error;
  }
}
