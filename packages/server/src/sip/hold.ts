import { DescriptionError, direction, isNowhere, parseDescription } from '@offhook/sdp';

/**
 * Whether a description takes nothing in: the phone holds the call (RFC 3264 §8.4), also in the old way, by the address of nobody (RFC
 * 2543 §B.5). What cannot be read holds nothing.
 */
export function isHeldIn(sdp: string): boolean {
  try {
    const session = parseDescription(sdp);
    const sound = session.sections.find(({ kind, port }) => kind === 'audio' && port !== 0);
    if (sound === undefined) return false;
    const connection = sound.connection ?? session.connection;
    if (connection !== undefined && isNowhere(connection)) return true;
    return ['sendonly', 'inactive'].includes(direction(sound, session));
  } catch (error) {
    if (error instanceof DescriptionError) return false;
    throw error;
  }
}
