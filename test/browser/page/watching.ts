/** How long a picture stands. */
export interface Shown {
  /** In milliseconds, since the last call; one that still stands counts for as long as it has. */
  longestStill(): number;
}

export function watchPicture(player: HTMLVideoElement): Shown {
  let [last, most] = [performance.now(), 0];
  const next = (now: number): void => {
    most = Math.max(most, now - last);
    last = now;
    player.requestVideoFrameCallback(next);
  };
  player.requestVideoFrameCallback(next);
  return {
    longestStill() {
      const longest = Math.max(most, performance.now() - last);
      most = 0;
      return longest;
    },
  };
}
