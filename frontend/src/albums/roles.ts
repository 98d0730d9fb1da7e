/** The rights that follow from the role of the member in an album. */
import type { Album, MemberRole } from '../api/album-types';

export const MEMBER_ROLES: readonly MemberRole[] = ['viewer', 'contributor', 'curator'];

type WithRole = Pick<Album, 'role' | 'smart'>;

export const isOwner = ({ role }: WithRole) => role === 'owner';
/** Whether the member manages the pictures, the members and the pictures of guests. */
export const isCurator = ({ role }: WithRole) => role === 'owner' || role === 'curator';
/** Whether the member can add pictures. Nobody adds pictures to a smart album. */
export const canAdd = (album: WithRole) =>
  !album.smart && (isCurator(album) || album.role === 'contributor');
