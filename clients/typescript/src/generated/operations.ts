// Generated from docs/openapi.json by `cargo dev openapi`. Do not edit.
import type { Method, Route } from '../method.js';

/** The operations of the API. Each method returns the data of the reply. */
export interface Api {
  /**
   * Requests a friendship, or accepts a request.
   */
  addFriend: Method<'addFriend'>;
  /**
   * Adds a picture of the caller to an album.
   */
  addPictureToAlbum: Method<'addPictureToAlbum'>;
  /**
   * Blocks a person.
   *
   * Ends the friendship and all requests.
   */
  blockPerson: Method<'blockPerson'>;
  /**
   * Adds pictures of the caller to an album and removes pictures.
   *
   * At most 100 pictures in all. The reply contains the pictures that the call did not add or remove, and the reasons.
   */
  changePicturesOfAlbum: Method<'changePicturesOfAlbum'>;
  /**
   * Closes all WebSocket connections of the caller.
   *
   * Call it after Cognito's `GlobalSignOut`. For an hour, a new connection requires an `accessToken`.
   */
  closeConnections: Method<'closeConnections'>;
  /**
   * Creates an album.
   *
   * With a rule, it is a smart album, to which nobody adds pictures.
   */
  createAlbum: Method<'createAlbum'>;
  /**
   * Comments on a picture.
   */
  createComment: Method<'createComment'>;
  /**
   * Creates a developer key, with which a script calls the open routes at higher limits.
   *
   * The reply contains the key, which no later reply contains. Send it as the header `x-api-key`.
   */
  createKey: Method<'createKey'>;
  /**
   * Creates a share link to an album or a picture of the caller.
   *
   * The reply contains the URL, which no later reply contains.
   */
  createLink: Method<'createLink'>;
  /**
   * Registers a picture, and presigns its upload.
   *
   * Send the bytes with the returned request. Then read the picture until it is `ready`. For a file of more than 5 MiB, `createUpload` begins an upload in parts.
   */
  createPicture: Method<'createPicture'>;
  /**
   * Creates the profile of the caller.
   */
  createProfile: Method<'createProfile'>;
  /**
   * Registers a picture of a guest, and presigns its upload.
   *
   * Needs no account.
   */
  createSharedPicture: Method<'createSharedPicture'>;
  /**
   * Deletes the account of the caller.
   *
   * Deletes everything that the account owns, at once or within seconds. A repeated call has the same reply while something is left.
   */
  deleteAccount: Method<'deleteAccount'>;
  /**
   * Deletes an album of the caller.
   *
   * Its pictures remain in the libraries of their owners.
   */
  deleteAlbum: Method<'deleteAlbum'>;
  /**
   * Deletes a comment of the caller, or a comment on a picture of the caller.
   */
  deleteComment: Method<'deleteComment'>;
  /**
   * Deletes a device of the caller.
   */
  deleteDevice: Method<'deleteDevice'>;
  /**
   * Revokes a developer key of the caller for good.
   */
  deleteKey: Method<'deleteKey'>;
  /**
   * Revokes a link of the caller for good.
   */
  deleteLink: Method<'deleteLink'>;
  /**
   * Deletes a picture of the caller.
   */
  deletePicture: Method<'deletePicture'>;
  /**
   * Deletes a picture of the guest, for 24 hours.
   *
   * Needs no account.
   */
  deleteSharedPicture: Method<'deleteSharedPicture'>;
  /**
   * Evaluates a rule for the newest pictures of the caller, and for given cases.
   *
   * A case has the id or the key of a picture of the caller, or the fields of a picture that does not need to exist. The reply to a rule with an error is also a success, with `error`.
   */
  evaluateRule: Method<'evaluateRule'>;
  /**
   * Finds the pictures of the caller with a given original, newest first.
   *
   * Returns at most 10 pictures that are `ready` or `processing`.
   */
  findDuplicates: Method<'findDuplicates'>;
  /**
   * Finds the pictures of the caller with many given originals.
   *
   * For an upload that sends no file twice. Takes at most 500 hashes. Returns one picture that is `ready` or `processing` for each of them, and nothing for the others.
   */
  findKnownPictures: Method<'findKnownPictures'>;
  /**
   * Finds a person by handle, or people by name.
   *
   * Send either `handle` or `name`. `handle` finds one person, and the reply is their profile. `name` finds people who set `findable`, without the caller, and the reply is a page.
   */
  findPeople: Method<'findPeople'>;
  /**
   * Returns an album.
   */
  getAlbum: Method<'getAlbum'>;
  /**
   * Returns what the caller is notified of in an album.
   */
  getNotificationsOfAlbum: Method<'getNotificationsOfAlbum'>;
  /**
   * Returns a picture.
   */
  getPicture: Method<'getPicture'>;
  /**
   * Returns a profile.
   */
  getProfile: Method<'getProfile'>;
  /**
   * Returns a public album.
   *
   * Needs no account.
   */
  getPublicAlbum: Method<'getPublicAlbum'>;
  /**
   * Returns a public picture.
   *
   * Needs no account.
   */
  getPublicPicture: Method<'getPublicPicture'>;
  /**
   * Returns what a link opens.
   *
   * While the link is locked, the reply has `kind`, `rights` and `needsPassword` only.
   *
   * Needs no account.
   */
  getSharedLink: Method<'getSharedLink'>;
  /**
   * Returns a picture that a link shows.
   *
   * A guest also gets their own picture that the link does not show yet.
   *
   * Needs no account.
   */
  getSharedPicture: Method<'getSharedPicture'>;
  /**
   * Returns this document.
   *
   * Needs no account.
   */
  getSpecification: Method<'getSpecification'>;
  /**
   * Returns the version and the time of the server.
   *
   * Needs no account.
   */
  getStatus: Method<'getStatus'>;
  /**
   * Returns the usage and the limits of the caller.
   */
  getUsage: Method<'getUsage'>;
  /**
   * Lists the albums that the caller owns or has joined, last changed first.
   */
  listAlbums: Method<'listAlbums'>;
  /**
   * Lists the people whom the caller blocks.
   */
  listBlocks: Method<'listBlocks'>;
  /**
   * Lists comments, oldest first.
   */
  listComments: Method<'listComments'>;
  /**
   * Lists the devices of the caller.
   */
  listDevices: Method<'listDevices'>;
  /**
   * Lists the pictures of the caller and their friends, and public pictures, newest first.
   */
  listFeed: Method<'listFeed'>;
  /**
   * Lists the friends, or the requests, of the caller.
   */
  listFriends: Method<'listFriends'>;
  /**
   * Lists the developer keys of the caller with their usage, newest first.
   *
   * The usage can lag behind by some minutes. Calls that a cache answers are not counted.
   */
  listKeys: Method<'listKeys'>;
  /**
   * Lists the links of the caller, newest first.
   */
  listLinks: Method<'listLinks'>;
  /**
   * Lists the members of an album, without its owner.
   */
  listMembersOfAlbum: Method<'listMembersOfAlbum'>;
  /**
   * Lists the notifications of the last 30 days, newest first.
   */
  listNotifications: Method<'listNotifications'>;
  /**
   * Lists the pictures of an album that the caller can view.
   */
  listPicturesOfAlbum: Method<'listPicturesOfAlbum'>;
  /**
   * Lists the pictures of a member that the caller may see, newest first.
   */
  listPicturesOfMember: Method<'listPicturesOfMember'>;
  /**
   * Lists the pictures of a public album.
   *
   * Needs no account.
   */
  listPicturesOfPublicAlbum: Method<'listPicturesOfPublicAlbum'>;
  /**
   * Lists public pictures, newest first.
   *
   * Needs no account.
   */
  listPublicPictures: Method<'listPublicPictures'>;
  /**
   * Lists the pictures that a link shows.
   *
   * Needs no account.
   */
  listSharedPictures: Method<'listSharedPictures'>;
  /**
   * Lists the ready pictures of guests that wait for approval, first sent first.
   */
  listWaitingPictures: Method<'listWaitingPictures'>;
  /**
   * Moves the read marker of the caller.
   *
   * The marker never moves back, and never into the future.
   */
  markNotificationsRead: Method<'markNotificationsRead'>;
  /**
   * Presigns a request of an upload in parts, and with a part the following requests.
   */
  presignUploadStep: Method<'presignUploadStep'>;
  /**
   * Adds a friend of the caller to an album, or changes the role of a member.
   */
  putMemberOfAlbum: Method<'putMemberOfAlbum'>;
  /**
   * Changes what the caller is notified of in an album.
   */
  putNotificationsOfAlbum: Method<'putNotificationsOfAlbum'>;
  /**
   * Registers a phone of the caller for mobile push.
   *
   * A token belongs to the member who registered it last.
   */
  registerDevice: Method<'registerDevice'>;
  /**
   * Ends a friendship, withdraws a request, or declines one.
   */
  removeFriend: Method<'removeFriend'>;
  /**
   * Removes a member from an album, or leaves it.
   *
   * The pictures of the member leave the album, too.
   */
  removeMemberOfAlbum: Method<'removeMemberOfAlbum'>;
  /**
   * Removes a picture from an album.
   *
   * Curators and the owner of the album remove any picture, others their own.
   */
  removePictureFromAlbum: Method<'removePictureFromAlbum'>;
  /**
   * Replaces the URL of a link of the caller. The former URL no longer works.
   */
  replaceLinkToken: Method<'replaceLinkToken'>;
  /**
   * Replaces the profile of the caller.
   *
   * If `notifications` or `findable` are omitted, they stay unchanged.
   */
  replaceProfile: Method<'replaceProfile'>;
  /**
   * Approves pictures of guests, which adds them to the album, and rejects others.
   *
   * At most 100 pictures in all. A rejected picture is deleted if no other album contains it. The reply contains the pictures that the call did not approve or reject, and the reasons.
   */
  reviewWaitingPictures: Method<'reviewWaitingPictures'>;
  /**
   * Unblocks a person.
   */
  unblockPerson: Method<'unblockPerson'>;
  /**
   * Exchanges the password of a link for a session.
   *
   * Needs no account.
   */
  unlockSharedLink: Method<'unlockSharedLink'>;
  /**
   * Changes an album of the caller.
   */
  updateAlbum: Method<'updateAlbum'>;
  /**
   * Changes a link of the caller.
   */
  updateLink: Method<'updateLink'>;
  /**
   * Changes the caption, visibility, place or time of a picture of the caller.
   */
  updatePicture: Method<'updatePicture'>;
}

export const ROUTES: Record<keyof Api, Route> = {
  addFriend: ['PUT', '/friends/{id}'],
  addPictureToAlbum: ['PUT', '/albums/{albumId}/pictures/{ownerId}/{pictureId}'],
  blockPerson: ['PUT', '/blocks/{userId}'],
  changePicturesOfAlbum: ['POST', '/albums/{albumId}/pictures'],
  closeConnections: ['DELETE', '/users/{id}/connections'],
  createAlbum: ['POST', '/albums'],
  createComment: ['POST', '/pictures/{ownerId}/{id}/comments'],
  createKey: ['POST', '/keys'],
  createLink: ['POST', '/links'],
  createPicture: ['POST', '/pictures'],
  createProfile: ['POST', '/users'],
  createSharedPicture: ['POST', '/shared/{token}/pictures'],
  deleteAccount: ['DELETE', '/users/{id}'],
  deleteAlbum: ['DELETE', '/albums/{albumId}'],
  deleteComment: ['DELETE', '/pictures/{ownerId}/{id}/comments/{commentId}'],
  deleteDevice: ['DELETE', '/devices/{id}'],
  deleteKey: ['DELETE', '/keys/{keyId}'],
  deleteLink: ['DELETE', '/links/{linkId}'],
  deletePicture: ['DELETE', '/pictures/{ownerId}/{id}'],
  deleteSharedPicture: ['DELETE', '/shared/{token}/pictures/{ownerId}/{pictureId}'],
  evaluateRule: ['POST', '/rules/evaluate'],
  findDuplicates: ['GET', '/pictures'],
  findKnownPictures: ['POST', '/pictures/known'],
  findPeople: ['GET', '/users'],
  getAlbum: ['GET', '/albums/{albumId}'],
  getNotificationsOfAlbum: ['GET', '/albums/{albumId}/notifications'],
  getPicture: ['GET', '/pictures/{ownerId}/{id}'],
  getProfile: ['GET', '/users/{id}'],
  getPublicAlbum: ['GET', '/public/albums/{albumId}'],
  getPublicPicture: ['GET', '/public/{ownerId}/{id}'],
  getSharedLink: ['GET', '/shared/{token}'],
  getSharedPicture: ['GET', '/shared/{token}/pictures/{ownerId}/{pictureId}'],
  getSpecification: ['GET', '/openapi.json', 'no envelope'],
  getStatus: ['GET', '/status'],
  getUsage: ['GET', '/users/{id}/usage'],
  listAlbums: ['GET', '/albums'],
  listBlocks: ['GET', '/blocks'],
  listComments: ['GET', '/pictures/{ownerId}/{id}/comments'],
  listDevices: ['GET', '/devices'],
  listFeed: ['GET', '/feed'],
  listFriends: ['GET', '/friends'],
  listKeys: ['GET', '/keys'],
  listLinks: ['GET', '/links'],
  listMembersOfAlbum: ['GET', '/albums/{albumId}/members'],
  listNotifications: ['GET', '/notifications'],
  listPicturesOfAlbum: ['GET', '/albums/{albumId}/pictures'],
  listPicturesOfMember: ['GET', '/users/{id}/pictures'],
  listPicturesOfPublicAlbum: ['GET', '/public/albums/{albumId}/pictures'],
  listPublicPictures: ['GET', '/public'],
  listSharedPictures: ['GET', '/shared/{token}/pictures'],
  listWaitingPictures: ['GET', '/albums/{albumId}/waiting'],
  markNotificationsRead: ['PUT', '/notifications'],
  presignUploadStep: ['POST', '/pictures/{ownerId}/{id}/upload'],
  putMemberOfAlbum: ['PUT', '/albums/{albumId}/members/{userId}'],
  putNotificationsOfAlbum: ['PUT', '/albums/{albumId}/notifications'],
  registerDevice: ['POST', '/devices'],
  removeFriend: ['DELETE', '/friends/{id}'],
  removeMemberOfAlbum: ['DELETE', '/albums/{albumId}/members/{userId}'],
  removePictureFromAlbum: ['DELETE', '/albums/{albumId}/pictures/{ownerId}/{pictureId}'],
  replaceLinkToken: ['POST', '/links/{linkId}/token'],
  replaceProfile: ['PUT', '/users/{id}'],
  reviewWaitingPictures: ['POST', '/albums/{albumId}/waiting'],
  unblockPerson: ['DELETE', '/blocks/{userId}'],
  unlockSharedLink: ['POST', '/shared/{token}/unlock'],
  updateAlbum: ['PATCH', '/albums/{albumId}'],
  updateLink: ['PATCH', '/links/{linkId}'],
  updatePicture: ['PATCH', '/pictures/{ownerId}/{id}'],
};
