# Generated from docs/openapi.json by `cargo dev openapi`. Do not edit.
"""One method for each operation of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol
from urllib.parse import quote

from . import models


class Call(Protocol):
    """Sends a call, and returns the data of its reply."""

    def __call__(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: Mapping[str, object] | None = None,
        envelope: bool = True,
    ) -> Any: ...


def _quote(segment: str) -> str:
    return quote(segment, safe="")


class Api:
    """The operations of the API. Each method returns the data of the reply."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def add_friend(
        self,
        id: str,
    ) -> models.Standing:
        """Requests a friendship, or accepts a request."""
        reply: models.Standing = self._call(
            "PUT",
            f"/friends/{_quote(id)}",
        )
        return reply

    def add_picture_to_album(
        self,
        album_id: str,
        owner_id: str,
        picture_id: str,
    ) -> models.PictureKey:
        """Adds a picture of the caller to an album."""
        reply: models.PictureKey = self._call(
            "PUT",
            f"/albums/{_quote(album_id)}/pictures/{_quote(owner_id)}/{_quote(picture_id)}",
        )
        return reply

    def block_person(
        self,
        user_id: str,
    ) -> models.Block:
        """Blocks a person.

        Ends the friendship and all requests.
        """
        reply: models.Block = self._call(
            "PUT",
            f"/blocks/{_quote(user_id)}",
        )
        return reply

    def change_pictures_of_album(
        self,
        album_id: str,
        body: models.AlbumPicturesChange,
    ) -> models.RefusedPictures:
        """Adds pictures of the caller to an album and removes pictures.

        At most 100 pictures in all. The reply contains the pictures that the call did
        not add or remove, and the reasons.
        """
        reply: models.RefusedPictures = self._call(
            "POST",
            f"/albums/{_quote(album_id)}/pictures",
            body=body,
        )
        return reply

    def close_connections(
        self,
        id: str,
    ) -> models.ObjectId:
        """Closes all WebSocket connections of the caller.

        Call it after Cognito's `GlobalSignOut`. For an hour, a new connection requires
        an `accessToken`.
        """
        reply: models.ObjectId = self._call(
            "DELETE",
            f"/users/{_quote(id)}/connections",
        )
        return reply

    def create_album(
        self,
        body: models.NewAlbum,
    ) -> models.Album:
        """Creates an album.

        With a rule, it is a smart album, to which nobody adds pictures.
        """
        reply: models.Album = self._call(
            "POST",
            "/albums",
            body=body,
        )
        return reply

    def create_comment(
        self,
        owner_id: str,
        id: str,
        body: models.NewComment,
    ) -> models.Comment:
        """Comments on a picture."""
        reply: models.Comment = self._call(
            "POST",
            f"/pictures/{_quote(owner_id)}/{_quote(id)}/comments",
            body=body,
        )
        return reply

    def create_key(
        self,
        body: models.NewKey,
    ) -> models.CreatedKey:
        """Creates a developer key, with which a script calls the open routes at higher
        limits.

        The reply contains the key, which no later reply contains. Send it as the header
        `x-api-key`.
        """
        reply: models.CreatedKey = self._call(
            "POST",
            "/keys",
            body=body,
        )
        return reply

    def create_link(
        self,
        body: models.NewLink,
    ) -> models.Link:
        """Creates a share link to an album or a picture of the caller.

        The reply contains the URL, which no later reply contains.
        """
        reply: models.Link = self._call(
            "POST",
            "/links",
            body=body,
        )
        return reply

    def create_picture(
        self,
        body: models.NewPicture,
    ) -> models.Registered:
        """Registers a picture, and presigns its upload.

        Send the bytes with the returned request. Then read the picture until it is
        `ready`. For a file of more than 5 MiB, `createUpload` begins an upload in
        parts.
        """
        reply: models.Registered = self._call(
            "POST",
            "/pictures",
            body=body,
        )
        return reply

    def create_profile(
        self,
        body: models.NewProfile,
    ) -> models.Profile:
        """Creates the profile of the caller."""
        reply: models.Profile = self._call(
            "POST",
            "/users",
            body=body,
        )
        return reply

    def create_shared_picture(
        self,
        token: str,
        body: models.GuestPicture,
        *,
        x_link_session: str | None = None,
    ) -> models.GuestRegistration:
        """Registers a picture of a guest, and presigns its upload.

        Needs no account.
        """
        reply: models.GuestRegistration = self._call(
            "POST",
            f"/shared/{_quote(token)}/pictures",
            headers={"x-link-session": x_link_session},
            body=body,
        )
        return reply

    def delete_account(
        self,
        id: str,
    ) -> models.ObjectId:
        """Deletes the account of the caller.

        Deletes everything that the account owns, at once or within seconds. A repeated
        call has the same reply while something is left.
        """
        reply: models.ObjectId = self._call(
            "DELETE",
            f"/users/{_quote(id)}",
        )
        return reply

    def delete_album(
        self,
        album_id: str,
    ) -> models.ObjectId:
        """Deletes an album of the caller.

        Its pictures remain in the libraries of their owners.
        """
        reply: models.ObjectId = self._call(
            "DELETE",
            f"/albums/{_quote(album_id)}",
        )
        return reply

    def delete_comment(
        self,
        owner_id: str,
        id: str,
        comment_id: str,
    ) -> models.ObjectId:
        """Deletes a comment of the caller, or a comment on a picture of the caller."""
        reply: models.ObjectId = self._call(
            "DELETE",
            f"/pictures/{_quote(owner_id)}/{_quote(id)}/comments/{_quote(comment_id)}",
        )
        return reply

    def delete_device(
        self,
        id: str,
    ) -> models.ObjectId:
        """Deletes a device of the caller."""
        reply: models.ObjectId = self._call(
            "DELETE",
            f"/devices/{_quote(id)}",
        )
        return reply

    def delete_key(
        self,
        key_id: str,
    ) -> models.ObjectId:
        """Revokes a developer key of the caller for good."""
        reply: models.ObjectId = self._call(
            "DELETE",
            f"/keys/{_quote(key_id)}",
        )
        return reply

    def delete_link(
        self,
        link_id: str,
    ) -> models.ObjectId:
        """Revokes a link of the caller for good."""
        reply: models.ObjectId = self._call(
            "DELETE",
            f"/links/{_quote(link_id)}",
        )
        return reply

    def delete_picture(
        self,
        owner_id: str,
        id: str,
    ) -> models.ObjectId:
        """Deletes a picture of the caller."""
        reply: models.ObjectId = self._call(
            "DELETE",
            f"/pictures/{_quote(owner_id)}/{_quote(id)}",
        )
        return reply

    def delete_shared_picture(
        self,
        token: str,
        owner_id: str,
        picture_id: str,
        *,
        x_link_session: str | None = None,
        x_guest_key: str | None = None,
    ) -> models.ObjectId:
        """Deletes a picture of the guest, for 24 hours.

        Needs no account.
        """
        reply: models.ObjectId = self._call(
            "DELETE",
            f"/shared/{_quote(token)}/pictures/{_quote(owner_id)}/{_quote(picture_id)}",
            headers={"x-link-session": x_link_session, "x-guest-key": x_guest_key},
        )
        return reply

    def evaluate_rule(
        self,
        body: models.RuleToEvaluate,
    ) -> models.Evaluation:
        """Evaluates a rule for the newest pictures of the caller, and for given cases.

        A case has the id or the key of a picture of the caller, or the fields of a
        picture that does not need to exist. The reply to a rule with an error is also a
        success, with `error`.
        """
        reply: models.Evaluation = self._call(
            "POST",
            "/rules/evaluate",
            body=body,
        )
        return reply

    def find_duplicates(
        self,
        *,
        sha256: str,
    ) -> models.Duplicates:
        """Finds the pictures of the caller with a given original, newest first.

        Returns at most 10 pictures that are `ready` or `processing`.
        """
        reply: models.Duplicates = self._call(
            "GET",
            "/pictures",
            query={"sha256": sha256},
        )
        return reply

    def find_known_pictures(
        self,
        body: models.FileHashes,
    ) -> models.KnownPictures:
        """Finds the pictures of the caller with many given originals.

        For an upload that sends no file twice. Takes at most 500 hashes. Returns one
        picture that is `ready` or `processing` for each of them, and nothing for the
        others.
        """
        reply: models.KnownPictures = self._call(
            "POST",
            "/pictures/known",
            body=body,
        )
        return reply

    def find_people(
        self,
        *,
        handle: str | None = None,
        name: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.Profile | models.ProfilePage:
        """Finds a person by handle, or people by name.

        Send either `handle` or `name`. `handle` finds one person, and the reply is
        their profile. `name` finds people who set `findable`, without the caller, and
        the reply is a page.
        """
        reply: models.Profile | models.ProfilePage = self._call(
            "GET",
            "/users",
            query={"handle": handle, "name": name, "limit": limit, "cursor": cursor},
        )
        return reply

    def get_album(
        self,
        album_id: str,
    ) -> models.Album:
        """Returns an album."""
        reply: models.Album = self._call(
            "GET",
            f"/albums/{_quote(album_id)}",
        )
        return reply

    def get_notifications_of_album(
        self,
        album_id: str,
    ) -> models.AlbumNotifications:
        """Returns what the caller is notified of in an album."""
        reply: models.AlbumNotifications = self._call(
            "GET",
            f"/albums/{_quote(album_id)}/notifications",
        )
        return reply

    def get_picture(
        self,
        owner_id: str,
        id: str,
    ) -> models.Picture:
        """Returns a picture."""
        reply: models.Picture = self._call(
            "GET",
            f"/pictures/{_quote(owner_id)}/{_quote(id)}",
        )
        return reply

    def get_profile(
        self,
        id: str,
    ) -> models.Profile:
        """Returns a profile."""
        reply: models.Profile = self._call(
            "GET",
            f"/users/{_quote(id)}",
        )
        return reply

    def get_public_album(
        self,
        album_id: str,
    ) -> models.Album:
        """Returns a public album.

        Needs no account.
        """
        reply: models.Album = self._call(
            "GET",
            f"/public/albums/{_quote(album_id)}",
        )
        return reply

    def get_public_picture(
        self,
        owner_id: str,
        id: str,
    ) -> models.Picture:
        """Returns a public picture.

        Needs no account.
        """
        reply: models.Picture = self._call(
            "GET",
            f"/public/{_quote(owner_id)}/{_quote(id)}",
        )
        return reply

    def get_shared_link(
        self,
        token: str,
        *,
        x_link_session: str | None = None,
    ) -> models.SharedLink:
        """Returns what a link opens.

        While the link is locked, the reply has `kind`, `rights` and `needsPassword`
        only.

        Needs no account.
        """
        reply: models.SharedLink = self._call(
            "GET",
            f"/shared/{_quote(token)}",
            headers={"x-link-session": x_link_session},
        )
        return reply

    def get_shared_picture(
        self,
        token: str,
        owner_id: str,
        picture_id: str,
        *,
        x_link_session: str | None = None,
        x_guest_key: str | None = None,
    ) -> models.SharedPicture:
        """Returns a picture that a link shows.

        A guest also gets their own picture that the link does not show yet.

        Needs no account.
        """
        reply: models.SharedPicture = self._call(
            "GET",
            f"/shared/{_quote(token)}/pictures/{_quote(owner_id)}/{_quote(picture_id)}",
            headers={"x-link-session": x_link_session, "x-guest-key": x_guest_key},
        )
        return reply

    def get_specification(
        self,
    ) -> dict[str, Any]:
        """Returns this document.

        Needs no account.
        """
        reply: dict[str, Any] = self._call(
            "GET",
            "/openapi.json",
            envelope=False,
        )
        return reply

    def get_status(
        self,
    ) -> models.Status:
        """Returns the version and the time of the server.

        Needs no account.
        """
        reply: models.Status = self._call(
            "GET",
            "/status",
        )
        return reply

    def get_usage(
        self,
        id: str,
    ) -> models.Usage:
        """Returns the usage and the limits of the caller."""
        reply: models.Usage = self._call(
            "GET",
            f"/users/{_quote(id)}/usage",
        )
        return reply

    def list_albums(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.AlbumPage:
        """Lists the albums that the caller owns or has joined, last changed first."""
        reply: models.AlbumPage = self._call(
            "GET",
            "/albums",
            query={"limit": limit, "cursor": cursor},
        )
        return reply

    def list_blocks(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.PersonPage:
        """Lists the people whom the caller blocks."""
        reply: models.PersonPage = self._call(
            "GET",
            "/blocks",
            query={"limit": limit, "cursor": cursor},
        )
        return reply

    def list_comments(
        self,
        owner_id: str,
        id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.CommentPage:
        """Lists comments, oldest first."""
        reply: models.CommentPage = self._call(
            "GET",
            f"/pictures/{_quote(owner_id)}/{_quote(id)}/comments",
            query={"limit": limit, "cursor": cursor},
        )
        return reply

    def list_devices(
        self,
    ) -> models.DeviceList:
        """Lists the devices of the caller."""
        reply: models.DeviceList = self._call(
            "GET",
            "/devices",
        )
        return reply

    def list_feed(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.PicturePage:
        """Lists the pictures of the caller and their friends, and public pictures, newest
        first."""
        reply: models.PicturePage = self._call(
            "GET",
            "/feed",
            query={"limit": limit, "cursor": cursor},
        )
        return reply

    def list_friends(
        self,
        *,
        state: models.FriendState | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.FriendPage:
        """Lists the friends, or the requests, of the caller."""
        reply: models.FriendPage = self._call(
            "GET",
            "/friends",
            query={"state": state, "limit": limit, "cursor": cursor},
        )
        return reply

    def list_keys(
        self,
    ) -> models.KeyList:
        """Lists the developer keys of the caller with their usage, newest first.

        The usage can lag behind by some minutes. Calls that a cache answers are not
        counted.
        """
        reply: models.KeyList = self._call(
            "GET",
            "/keys",
        )
        return reply

    def list_links(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.LinkPage:
        """Lists the links of the caller, newest first."""
        reply: models.LinkPage = self._call(
            "GET",
            "/links",
            query={"limit": limit, "cursor": cursor},
        )
        return reply

    def list_members_of_album(
        self,
        album_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.AlbumMemberPage:
        """Lists the members of an album, without its owner."""
        reply: models.AlbumMemberPage = self._call(
            "GET",
            f"/albums/{_quote(album_id)}/members",
            query={"limit": limit, "cursor": cursor},
        )
        return reply

    def list_notifications(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.NotificationPage:
        """Lists the notifications of the last 30 days, newest first."""
        reply: models.NotificationPage = self._call(
            "GET",
            "/notifications",
            query={"limit": limit, "cursor": cursor},
        )
        return reply

    def list_pictures_of_album(
        self,
        album_id: str,
        *,
        order: Literal["added", "taken"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.PicturePage:
        """Lists the pictures of an album that the caller can view."""
        reply: models.PicturePage = self._call(
            "GET",
            f"/albums/{_quote(album_id)}/pictures",
            query={"order": order, "limit": limit, "cursor": cursor},
        )
        return reply

    def list_pictures_of_member(
        self,
        id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.PicturePage:
        """Lists the pictures of a member that the caller may see, newest first."""
        reply: models.PicturePage = self._call(
            "GET",
            f"/users/{_quote(id)}/pictures",
            query={"limit": limit, "cursor": cursor},
        )
        return reply

    def list_pictures_of_public_album(
        self,
        album_id: str,
        *,
        order: Literal["added", "taken"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.PicturePage:
        """Lists the pictures of a public album.

        Needs no account.
        """
        reply: models.PicturePage = self._call(
            "GET",
            f"/public/albums/{_quote(album_id)}/pictures",
            query={"order": order, "limit": limit, "cursor": cursor},
        )
        return reply

    def list_public_pictures(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.PicturePage:
        """Lists public pictures, newest first.

        Needs no account.
        """
        reply: models.PicturePage = self._call(
            "GET",
            "/public",
            query={"limit": limit, "cursor": cursor},
        )
        return reply

    def list_shared_pictures(
        self,
        token: str,
        *,
        x_link_session: str | None = None,
        order: Literal["added", "taken"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.PicturePage:
        """Lists the pictures that a link shows.

        Needs no account.
        """
        reply: models.PicturePage = self._call(
            "GET",
            f"/shared/{_quote(token)}/pictures",
            query={"order": order, "limit": limit, "cursor": cursor},
            headers={"x-link-session": x_link_session},
        )
        return reply

    def list_waiting_pictures(
        self,
        album_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.PicturePage:
        """Lists the ready pictures of guests that wait for approval, first sent first."""
        reply: models.PicturePage = self._call(
            "GET",
            f"/albums/{_quote(album_id)}/waiting",
            query={"limit": limit, "cursor": cursor},
        )
        return reply

    def mark_notifications_read(
        self,
        body: models.ReadUntil,
    ) -> models.ReadMarker:
        """Moves the read marker of the caller.

        The marker never moves back, and never into the future.
        """
        reply: models.ReadMarker = self._call(
            "PUT",
            "/notifications",
            body=body,
        )
        return reply

    def presign_upload_step(
        self,
        owner_id: str,
        id: str,
        body: models.UploadStep,
    ) -> models.PresignedStep:
        """Presigns a request of an upload in parts, and with a part the following
        requests."""
        reply: models.PresignedStep = self._call(
            "POST",
            f"/pictures/{_quote(owner_id)}/{_quote(id)}/upload",
            body=body,
        )
        return reply

    def put_member_of_album(
        self,
        album_id: str,
        user_id: str,
        body: models.AlbumMemberChange,
    ) -> models.AlbumMembership:
        """Adds a friend of the caller to an album, or changes the role of a member."""
        reply: models.AlbumMembership = self._call(
            "PUT",
            f"/albums/{_quote(album_id)}/members/{_quote(user_id)}",
            body=body,
        )
        return reply

    def put_notifications_of_album(
        self,
        album_id: str,
        body: models.AlbumNotificationsChange,
    ) -> models.AlbumNotifications:
        """Changes what the caller is notified of in an album."""
        reply: models.AlbumNotifications = self._call(
            "PUT",
            f"/albums/{_quote(album_id)}/notifications",
            body=body,
        )
        return reply

    def register_device(
        self,
        body: models.NewDevice,
    ) -> models.Device:
        """Registers a phone of the caller for mobile push.

        A token belongs to the member who registered it last.
        """
        reply: models.Device = self._call(
            "POST",
            "/devices",
            body=body,
        )
        return reply

    def remove_friend(
        self,
        id: str,
    ) -> models.Standing:
        """Ends a friendship, withdraws a request, or declines one."""
        reply: models.Standing = self._call(
            "DELETE",
            f"/friends/{_quote(id)}",
        )
        return reply

    def remove_member_of_album(
        self,
        album_id: str,
        user_id: str,
    ) -> models.AlbumMembership:
        """Removes a member from an album, or leaves it.

        The pictures of the member leave the album, too.
        """
        reply: models.AlbumMembership = self._call(
            "DELETE",
            f"/albums/{_quote(album_id)}/members/{_quote(user_id)}",
        )
        return reply

    def remove_picture_from_album(
        self,
        album_id: str,
        owner_id: str,
        picture_id: str,
    ) -> models.PictureKey:
        """Removes a picture from an album.

        Curators and the owner of the album remove any picture, others their own.
        """
        reply: models.PictureKey = self._call(
            "DELETE",
            f"/albums/{_quote(album_id)}/pictures/{_quote(owner_id)}/{_quote(picture_id)}",
        )
        return reply

    def replace_link_token(
        self,
        link_id: str,
    ) -> models.Link:
        """Replaces the URL of a link of the caller. The former URL no longer works."""
        reply: models.Link = self._call(
            "POST",
            f"/links/{_quote(link_id)}/token",
        )
        return reply

    def replace_profile(
        self,
        id: str,
        body: models.NewProfile,
    ) -> models.Profile:
        """Replaces the profile of the caller.

        If `notifications` or `findable` are omitted, they stay unchanged.
        """
        reply: models.Profile = self._call(
            "PUT",
            f"/users/{_quote(id)}",
            body=body,
        )
        return reply

    def review_waiting_pictures(
        self,
        album_id: str,
        body: models.Review,
    ) -> models.RefusedPictures:
        """Approves pictures of guests, which adds them to the album, and rejects others.

        At most 100 pictures in all. A rejected picture is deleted if no other album
        contains it. The reply contains the pictures that the call did not approve or
        reject, and the reasons.
        """
        reply: models.RefusedPictures = self._call(
            "POST",
            f"/albums/{_quote(album_id)}/waiting",
            body=body,
        )
        return reply

    def unblock_person(
        self,
        user_id: str,
    ) -> models.Block:
        """Unblocks a person."""
        reply: models.Block = self._call(
            "DELETE",
            f"/blocks/{_quote(user_id)}",
        )
        return reply

    def unlock_shared_link(
        self,
        token: str,
        body: models.LinkPassword,
    ) -> models.LinkSession:
        """Exchanges the password of a link for a session.

        Needs no account.
        """
        reply: models.LinkSession = self._call(
            "POST",
            f"/shared/{_quote(token)}/unlock",
            body=body,
        )
        return reply

    def update_album(
        self,
        album_id: str,
        body: models.AlbumChange,
    ) -> models.Album:
        """Changes an album of the caller."""
        reply: models.Album = self._call(
            "PATCH",
            f"/albums/{_quote(album_id)}",
            body=body,
        )
        return reply

    def update_link(
        self,
        link_id: str,
        body: models.LinkChange,
    ) -> models.Link:
        """Changes a link of the caller."""
        reply: models.Link = self._call(
            "PATCH",
            f"/links/{_quote(link_id)}",
            body=body,
        )
        return reply

    def update_picture(
        self,
        owner_id: str,
        id: str,
        body: models.PictureChange,
    ) -> models.Picture:
        """Changes the caption, visibility, place or time of a picture of the caller."""
        reply: models.Picture = self._call(
            "PATCH",
            f"/pictures/{_quote(owner_id)}/{_quote(id)}",
            body=body,
        )
        return reply
