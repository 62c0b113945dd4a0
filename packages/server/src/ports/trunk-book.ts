/** Trunks as programs see and make them. Each rejects with a Refusal where it cannot be. */
import type {
  OutgoingSetting,
  OutgoingSettings,
  Trunk,
  TrunkChange,
  TrunkCreation,
  UserOutgoingSetting,
  UserOutgoingView,
} from '@offhook/core';

export interface TrunkAdministration {
  list(): readonly Trunk[];
  get(trunk: string): Trunk;
  /** Said again with the id of one that is there, it makes nothing; of one that is otherwise, `idempotency_mismatch`. */
  create(creation: TrunkCreation, id?: string): Promise<Trunk>;
  change(trunk: string, change: TrunkChange): Promise<Trunk>;
  /** Calls that go by it go on. */
  remove(trunk: string): Promise<void>;
  outgoing(): OutgoingSettings;
  setOutgoing(settings: OutgoingSetting): Promise<OutgoingSettings>;
  ofUser(user: string): Promise<UserOutgoingView>;
  setUserOutgoing(user: string, settings: UserOutgoingSetting): Promise<UserOutgoingView>;
}
