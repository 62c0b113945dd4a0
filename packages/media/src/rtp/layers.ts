/** What the router has to know of a packet whose source carries several layers at once (SVC), whatever the codec. */
export interface LayeredPacket {
  /** From 0, the smallest picture. */
  readonly spatial: number;
  /** From 0, the lowest rate of pictures. */
  readonly temporal: number;
  /** The first, and the last packet of a layer of a picture. */
  readonly isBegin: boolean;
  readonly isEnd: boolean;
  /** This layer of the picture needs an earlier picture. */
  readonly isPredicted: boolean;
  /** From this picture on those of higher temporal layers need none before it of these. */
  readonly isSwitchingUp: boolean;
}
