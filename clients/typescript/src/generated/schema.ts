// Generated from docs/openapi.json by `cargo dev openapi`. Do not edit.
export interface paths {
    "/albums": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the albums that the caller owns or has joined, last changed first. */
        get: operations["listAlbums"];
        put?: never;
        /**
         * Creates an album.
         * @description With a rule, it is a smart album, to which nobody adds pictures.
         */
        post: operations["createAlbum"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/albums/{albumId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns an album. */
        get: operations["getAlbum"];
        put?: never;
        post?: never;
        /**
         * Deletes an album of the caller.
         * @description Its pictures remain in the libraries of their owners.
         */
        delete: operations["deleteAlbum"];
        options?: never;
        head?: never;
        /** Changes an album of the caller. */
        patch: operations["updateAlbum"];
        trace?: never;
    };
    "/albums/{albumId}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the members of an album, without its owner. */
        get: operations["listMembersOfAlbum"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/albums/{albumId}/members/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Adds a friend of the caller to an album, or changes the role of a member. */
        put: operations["putMemberOfAlbum"];
        post?: never;
        /**
         * Removes a member from an album, or leaves it.
         * @description The pictures of the member leave the album, too.
         */
        delete: operations["removeMemberOfAlbum"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/albums/{albumId}/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns what the caller is notified of in an album. */
        get: operations["getNotificationsOfAlbum"];
        /** Changes what the caller is notified of in an album. */
        put: operations["putNotificationsOfAlbum"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/albums/{albumId}/pictures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the pictures of an album that the caller can view. */
        get: operations["listPicturesOfAlbum"];
        put?: never;
        /**
         * Adds pictures of the caller to an album and removes pictures.
         * @description At most 100 pictures in all. The reply contains the pictures that the call did not add or remove, and the reasons.
         */
        post: operations["changePicturesOfAlbum"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/albums/{albumId}/pictures/{ownerId}/{pictureId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Adds a picture of the caller to an album. */
        put: operations["addPictureToAlbum"];
        post?: never;
        /**
         * Removes a picture from an album.
         * @description Curators and the owner of the album remove any picture, others their own.
         */
        delete: operations["removePictureFromAlbum"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/albums/{albumId}/waiting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the ready pictures of guests that wait for approval, first sent first. */
        get: operations["listWaitingPictures"];
        put?: never;
        /**
         * Approves pictures of guests, which adds them to the album, and rejects others.
         * @description At most 100 pictures in all. A rejected picture is deleted if no other album contains it. The reply contains the pictures that the call did not approve or reject, and the reasons.
         */
        post: operations["reviewWaitingPictures"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the people whom the caller blocks. */
        get: operations["listBlocks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/blocks/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Blocks a person.
         * @description Ends the friendship and all requests.
         */
        put: operations["blockPerson"];
        post?: never;
        /** Unblocks a person. */
        delete: operations["unblockPerson"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the devices of the caller. */
        get: operations["listDevices"];
        put?: never;
        /**
         * Registers a phone of the caller for mobile push.
         * @description A token belongs to the member who registered it last.
         */
        post: operations["registerDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Deletes a device of the caller. */
        delete: operations["deleteDevice"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the pictures of the caller and their friends, and public pictures, newest first. */
        get: operations["listFeed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/friends": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the friends, or the requests, of the caller. */
        get: operations["listFriends"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/friends/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Requests a friendship, or accepts a request. */
        put: operations["addFriend"];
        post?: never;
        /** Ends a friendship, withdraws a request, or declines one. */
        delete: operations["removeFriend"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists the developer keys of the caller with their usage, newest first.
         * @description The usage can lag behind by some minutes. Calls that a cache answers are not counted.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Creates a developer key, with which a script calls the open routes at higher limits.
         * @description The reply contains the key, which no later reply contains. Send it as the header `x-api-key`.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes a developer key of the caller for good. */
        delete: operations["deleteKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the links of the caller, newest first. */
        get: operations["listLinks"];
        put?: never;
        /**
         * Creates a share link to an album or a picture of the caller.
         * @description The reply contains the URL, which no later reply contains.
         */
        post: operations["createLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/links/{linkId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes a link of the caller for good. */
        delete: operations["deleteLink"];
        options?: never;
        head?: never;
        /** Changes a link of the caller. */
        patch: operations["updateLink"];
        trace?: never;
    };
    "/links/{linkId}/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replaces the URL of a link of the caller. The former URL no longer works. */
        post: operations["replaceLinkToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the notifications of the last 30 days, newest first. */
        get: operations["listNotifications"];
        /**
         * Moves the read marker of the caller.
         * @description The marker never moves back, and never into the future.
         */
        put: operations["markNotificationsRead"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns this document. */
        get: operations["getSpecification"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pictures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Finds the pictures of the caller with a given original, newest first.
         * @description Returns at most 10 pictures that are `ready` or `processing`.
         */
        get: operations["findDuplicates"];
        put?: never;
        /**
         * Registers a picture, and presigns its upload.
         * @description Send the bytes with the returned request. Then read the picture until it is `ready`. For a file of more than 5 MiB, `createUpload` begins an upload in parts.
         */
        post: operations["createPicture"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pictures/known": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finds the pictures of the caller with many given originals.
         * @description For an upload that sends no file twice. Takes at most 500 hashes. Returns one picture that is `ready` or `processing` for each of them, and nothing for the others.
         */
        post: operations["findKnownPictures"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pictures/{ownerId}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a picture. */
        get: operations["getPicture"];
        put?: never;
        post?: never;
        /** Deletes a picture of the caller. */
        delete: operations["deletePicture"];
        options?: never;
        head?: never;
        /** Changes the caption, visibility, place or time of a picture of the caller. */
        patch: operations["updatePicture"];
        trace?: never;
    };
    "/pictures/{ownerId}/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists comments, oldest first. */
        get: operations["listComments"];
        put?: never;
        /** Comments on a picture. */
        post: operations["createComment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pictures/{ownerId}/{id}/comments/{commentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Deletes a comment of the caller, or a comment on a picture of the caller. */
        delete: operations["deleteComment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pictures/{ownerId}/{id}/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Presigns a request of an upload in parts, and with a part the following requests. */
        post: operations["presignUploadStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists public pictures, newest first. */
        get: operations["listPublicPictures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/albums/{albumId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a public album. */
        get: operations["getPublicAlbum"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/albums/{albumId}/pictures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the pictures of a public album. */
        get: operations["listPicturesOfPublicAlbum"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/{ownerId}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a public picture. */
        get: operations["getPublicPicture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rules/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Evaluates a rule for the newest pictures of the caller, and for given cases.
         * @description A case has the id or the key of a picture of the caller, or the fields of a picture that does not need to exist. The reply to a rule with an error is also a success, with `error`.
         */
        post: operations["evaluateRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/shared/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns what a link opens.
         * @description While the link is locked, the reply has `kind`, `rights` and `needsPassword` only.
         */
        get: operations["getSharedLink"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/shared/{token}/pictures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the pictures that a link shows. */
        get: operations["listSharedPictures"];
        put?: never;
        /** Registers a picture of a guest, and presigns its upload. */
        post: operations["createSharedPicture"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/shared/{token}/pictures/{ownerId}/{pictureId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Returns a picture that a link shows.
         * @description A guest also gets their own picture that the link does not show yet.
         */
        get: operations["getSharedPicture"];
        put?: never;
        post?: never;
        /** Deletes a picture of the guest, for 24 hours. */
        delete: operations["deleteSharedPicture"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/shared/{token}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Exchanges the password of a link for a session. */
        post: operations["unlockSharedLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the version and the time of the server. */
        get: operations["getStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Finds a person by handle, or people by name.
         * @description Send either `handle` or `name`. `handle` finds one person, and the reply is their profile. `name` finds people who set `findable`, without the caller, and the reply is a page.
         */
        get: operations["findPeople"];
        put?: never;
        /** Creates the profile of the caller. */
        post: operations["createProfile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns a profile. */
        get: operations["getProfile"];
        /**
         * Replaces the profile of the caller.
         * @description If `notifications` or `findable` are omitted, they stay unchanged.
         */
        put: operations["replaceProfile"];
        post?: never;
        /**
         * Deletes the account of the caller.
         * @description Deletes everything that the account owns, at once or within seconds. A repeated call has the same reply while something is left.
         */
        delete: operations["deleteAccount"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Closes all WebSocket connections of the caller.
         * @description Call it after Cognito's `GlobalSignOut`. For an hour, a new connection requires an `accessToken`.
         */
        delete: operations["closeConnections"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/pictures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the pictures of a member that the caller may see, newest first. */
        get: operations["listPicturesOfMember"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Returns the usage and the limits of the caller. */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The `album` of the API. */
        Album: {
            /**
             * Format: uint32
             * @description The number of pictures, without those that wait for approval.
             */
            count: number;
            /** @description The chosen cover, or else the newest picture that the reader can view. */
            cover: components["schemas"]["Picture"] | null;
            /** Format: date-time */
            createdAt: string;
            description: string | null;
            /**
             * Format: uuid
             * @description An album: a UUIDv7, so that ids sort by the time of creation.
             */
            id: string;
            owner: components["schemas"]["Owner"];
            /** @description The role of the caller; null for a reader who is neither the owner nor a member. */
            role: components["schemas"]["AlbumRole"] | null;
            /** @description The code of the rule of a smart album. Only the owner gets it, because it can contain private words and places. */
            rule?: string;
            /** @description How far the rule was applied. Only the owner of a smart album gets it. */
            ruleProgress?: components["schemas"]["RuleProgress"];
            /** @description Whether a rule chooses the pictures, so that nobody adds pictures by hand. */
            smart: boolean;
            title: string;
            /**
             * Format: date-time
             * @description The time of the last change of the album or its pictures (UTC).
             */
            updatedAt: string;
            /** @description The readers besides the owner and the members. */
            visibility: components["schemas"]["Visibility"];
        };
        /** @description The body of `PATCH /albums/{albumId}`. Omitted fields stay unchanged. A blank or null description removes it. A null cover removes the choice. A blank or null rule removes the rule of a smart album, whose pictures people choose then. */
        AlbumChange: {
            /** @description A picture of the album. */
            cover?: components["schemas"]["PictureKey"] | null;
            description?: string | null;
            /** @description The code of a rule, of at most 4,096 bytes. */
            rule?: string | null;
            title?: string | null;
            visibility?: components["schemas"]["Visibility"] | null;
        };
        /** @description A member of an album. */
        AlbumMember: {
            firstName: string;
            /** @description A unique name by which members find each other: 3 to 30 of `a–z`, `0–9`, `_`, `-` and `.`, in lower case. */
            handle: string;
            /**
             * Format: uuid
             * @description A member: the `sub` of the Cognito user pool, a UUID.
             */
            id: string;
            lastName: string;
            role: components["schemas"]["AlbumRole"];
            /**
             * Format: date-time
             * @description The time when the member was added (UTC).
             */
            since: string;
        };
        /** @description The body of `PUT /albums/{albumId}/members/{userId}`. */
        AlbumMemberChange: {
            /** @enum {string} */
            role: "viewer" | "contributor" | "curator";
        };
        /** @description A page of a list: the `data` of a reply. */
        AlbumMemberPage: {
            /** @description The cursor of the next page; null on the last page. */
            cursor: string | null;
            /** @description The items in the order of the list. */
            items: components["schemas"]["AlbumMember"][];
        };
        /** @description The `data` of the reply to `PUT` and `DELETE /albums/{albumId}/members/{userId}`. */
        AlbumMembership: {
            /**
             * Format: uuid
             * @description A member: the `sub` of the Cognito user pool, a UUID.
             */
            id: string;
            /** @description Null if the person is not a member. */
            role: components["schemas"]["AlbumRole"] | null;
        };
        /**
         * @description The pictures of an album that a member is notified of.
         * @enum {string}
         */
        AlbumNotices: "all" | "none";
        /** @description The `data` of the replies of `/albums/{albumId}/notifications`. */
        AlbumNotifications: {
            /** @description Whether the caller is notified of pictures that others add, and of those that wait for their approval. */
            pictures: components["schemas"]["AlbumNotices"];
        };
        /** @description The body of `PUT /albums/{albumId}/notifications`. */
        AlbumNotificationsChange: {
            pictures: components["schemas"]["AlbumNotices"];
        };
        /** @description A page of a list: the `data` of a reply. */
        AlbumPage: {
            /** @description The cursor of the next page; null on the last page. */
            cursor: string | null;
            /** @description The items in the order of the list. */
            items: components["schemas"]["Album"][];
        };
        /** @description The body of `POST /albums/{albumId}/pictures`. */
        AlbumPicturesChange: {
            /**
             * @description Pictures to add. The call applies `remove` first.
             * @default []
             */
            add?: components["schemas"]["PictureKey"][];
            /**
             * @description Pictures to remove.
             * @default []
             */
            remove?: components["schemas"]["PictureKey"][];
        };
        /**
         * @description The rights of a member in an album. Each role includes the previous ones.
         * @enum {string}
         */
        AlbumRole: "viewer" | "contributor" | "curator" | "owner";
        /** @description The `data` of the reply to `PUT` and `DELETE /blocks/{userId}`. */
        Block: {
            blocked: boolean;
            /**
             * Format: uuid
             * @description A member: the `sub` of the Cognito user pool, a UUID.
             */
            id: string;
        };
        /**
         * @description A way by which the application reaches a member.
         * @enum {string}
         */
        Channel: "live" | "push" | "email";
        /** @description The channels that a member chose for each type of activity. Types without a choice use `live` alone. */
        Choices: {
            "album.changed"?: components["schemas"]["Channel"][];
            "album.memberAdded"?: components["schemas"]["Channel"][];
            "album.picturesAdded"?: components["schemas"]["Channel"][];
            "album.picturesWaiting"?: components["schemas"]["Channel"][];
            "comment.added"?: components["schemas"]["Channel"][];
            "comment.removed"?: components["schemas"]["Channel"][];
            "friend.accepted"?: components["schemas"]["Channel"][];
            "friend.removed"?: components["schemas"]["Channel"][];
            "friend.requested"?: components["schemas"]["Channel"][];
            "picture.changed"?: components["schemas"]["Channel"][];
            "picture.ready"?: components["schemas"]["Channel"][];
            "picture.removed"?: components["schemas"]["Channel"][];
        };
        /** @description The `comment` of the API. */
        Comment: {
            author: components["schemas"]["Owner"];
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: uuid
             * @description A comment on a picture: a UUIDv7, so that ids sort by the time of writing.
             */
            id: string;
            text: string;
        };
        /** @description A page of a list: the `data` of a reply. */
        CommentPage: {
            /** @description The cursor of the next page; null on the last page. */
            cursor: string | null;
            /** @description The items in the order of the list. */
            items: components["schemas"]["Comment"][];
        };
        /**
         * @description The supported types of picture.
         * @enum {string}
         */
        ContentType: "image/jpeg" | "image/png" | "image/webp" | "image/gif" | "image/avif" | "image/heic";
        /** @description A new developer key. */
        CreatedKey: {
            /**
             * Format: uuid
             * @description A developer key: a UUIDv7, so that ids sort by the time of creation.
             */
            id: string;
            /** @description The secret to send as the header `x-api-key`. No later reply contains it. */
            key: string;
            name: string;
        };
        /** @description A device as its owner sees it. */
        Device: {
            /** Format: uuid */
            id: string;
            platform: components["schemas"]["Platform"];
        };
        /** @description The `data` of `GET /devices`. There are no pages, because a member has few devices. */
        DeviceList: {
            items: components["schemas"]["Device"][];
        };
        /** @description The `data` of `GET /pictures?sha256=`. */
        Duplicates: {
            items: components["schemas"]["Picture"][];
        };
        /** @description The reply of an error. */
        Error: {
            /** @description The HTTP status. */
            code: number;
            data: null;
            /** @description What happened, and what to do. */
            notes: string;
        };
        /** @description The `data` of `POST /rules/evaluate`. */
        Evaluation: {
            /** @description Whether the rule has the expected result, for each case in the order of the request. */
            cases: boolean[];
            /** @description The error in the code, or that of the first picture for which the rule has no result. */
            error?: components["schemas"]["RuleError"];
            /** @description The newest ready pictures of the caller, newest first, without those for which the rule has no result. */
            results: components["schemas"]["RuleResult"][];
        };
        /** @description The body of `POST /pictures/known`. */
        FileHashes: {
            /** @description The SHA-256 of each file, in lower-case hexadecimal digits. */
            sha256: string[];
        };
        /** @description A member, and the friendship in the view of the caller. */
        Friend: {
            firstName: string;
            /** @description A unique name by which members find each other: 3 to 30 of `a–z`, `0–9`, `_`, `-` and `.`, in lower case. */
            handle: string;
            /**
             * Format: uuid
             * @description A member: the `sub` of the Cognito user pool, a UUID.
             */
            id: string;
            lastName: string;
            /**
             * Format: date-time
             * @description The time of the last change (UTC).
             */
            since: string;
            state: components["schemas"]["FriendState"];
        };
        /** @description A page of a list: the `data` of a reply. */
        FriendPage: {
            /** @description The cursor of the next page; null on the last page. */
            cursor: string | null;
            /** @description The items in the order of the list. */
            items: components["schemas"]["Friend"][];
        };
        /**
         * @description The state of a friendship from the view of one member.
         * @enum {string}
         */
        FriendState: "friends" | "requested" | "invited";
        /** @description A GPS position (WGS 84). Only the owner sees it. */
        Gps: {
            /**
             * Format: double
             * @description Metres above sea level.
             */
            altitude?: number;
            /**
             * Format: double
             * @description Degrees, north positive.
             */
            latitude: number;
            /**
             * Format: double
             * @description Degrees, east positive.
             */
            longitude: number;
        };
        /** @description The person without an account who sent a picture by a share link. */
        Guest: {
            /** @description The name that the guest gave. */
            name: string;
        };
        /** @description The body of `POST /shared/{token}/pictures`. */
        GuestPicture: {
            /**
             * Format: uint64
             * @description The length of the file.
             */
            bytes: number;
            caption?: string | null;
            contentType: components["schemas"]["ContentType"];
            /** @description The name of the guest, which everyone who can view the picture sees. */
            name: string;
        };
        /** @description The `data` of the reply to `POST /shared/{token}/pictures`. */
        GuestRegistration: {
            /** @description The value of the header `x-guest-key`, with which the guest reads and deletes the picture. */
            guestKey: string;
            picture: components["schemas"]["SharedPicture"];
            upload: components["schemas"]["Upload"];
        };
        /** @description A developer key as its owner sees it. */
        Key: {
            /**
             * Format: uint64
             * @description The calls of today (UTC).
             */
            callsToday: number;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: uuid
             * @description A developer key: a UUIDv7, so that ids sort by the time of creation.
             */
            id: string;
            name: string;
            /** @description The calls of each of the last 30 days (UTC), today included, oldest first. Days without calls are omitted. */
            usage: components["schemas"]["KeyUsage"][];
        };
        /** @description The limits of each developer key. Template parameters set them. */
        KeyLimits: {
            /**
             * Format: uint32
             * @description Calls at once.
             */
            burst: number;
            /**
             * Format: uint32
             * @description Calls in a day (UTC).
             */
            callsPerDay: number;
            /**
             * Format: uint32
             * @description Calls in a second, on average.
             */
            callsPerSecond: number;
        };
        /** @description The `data` of `GET /keys`. There are no pages, because a member has few keys. */
        KeyList: {
            /** @description The keys, newest first. */
            items: components["schemas"]["Key"][];
            limits: components["schemas"]["KeyLimits"];
        };
        /** @description The calls of a day. */
        KeyUsage: {
            /**
             * Format: uint64
             * @description The number of calls.
             */
            calls: number;
            /**
             * Format: date
             * @description A day of UTC.
             */
            date: string;
        };
        /** @description A picture with the hash of its original. */
        KnownPicture: {
            /**
             * Format: uuid
             * @description A picture: a UUIDv7, so that ids sort by the time of registration.
             */
            pictureId: string;
            /** @description The SHA-256 of the file. */
            sha256: string;
        };
        /** @description The `data` of `POST /pictures/known`. */
        KnownPictures: {
            items: components["schemas"]["KnownPicture"][];
        };
        /** @description The `link` of the API. */
        Link: {
            /**
             * Format: uuid
             * @description The album, if the link opens one.
             */
            albumId?: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            expiresAt: string | null;
            hasPassword: boolean;
            /**
             * Format: uuid
             * @description A share link: a UUIDv7, so that ids sort by the time of creation.
             */
            id: string;
            /** Format: date-time */
            lastVisitedAt: string | null;
            /** @description The owner's name for the link. */
            name: string | null;
            /**
             * Format: uuid
             * @description The owner of the picture, if the link opens one.
             */
            ownerId?: string;
            /**
             * Format: uuid
             * @description The picture, if the link opens one.
             */
            pictureId?: string;
            /** @description Whether the pictures of guests wait for approval. */
            review: boolean;
            rights: components["schemas"]["LinkRights"];
            /** @description The secret in the URL. Only the replies that create or replace it contain it. */
            token?: string;
            /** @description The URL for visitors. Only the replies that create or replace it contain it. */
            url?: string;
            /**
             * Format: uint64
             * @description The number of visits, without those of bots and link previews.
             */
            visits: number;
        };
        /** @description The body of `PATCH /links/{linkId}`. Omitted fields stay unchanged. `null` removes a field, and a blank text removes the name. */
        LinkChange: {
            download?: boolean | null;
            /** Format: date-time */
            expiresAt?: string | null;
            name?: string | null;
            /** @description A new password ends the sessions of the visitors who gave the former one. */
            password?: string | null;
            review?: boolean | null;
            upload?: boolean | null;
        };
        /**
         * @description The kind of the target of a link.
         * @enum {string}
         */
        LinkKind: "album" | "picture";
        /** @description A page of a list: the `data` of a reply. */
        LinkPage: {
            /** @description The cursor of the next page; null on the last page. */
            cursor: string | null;
            /** @description The items in the order of the list. */
            items: components["schemas"]["Link"][];
        };
        /** @description The body of `POST /shared/{token}/unlock`. */
        LinkPassword: {
            password: string;
        };
        /** @description The rights of the visitors of a link besides viewing. */
        LinkRights: {
            /** @description Download originals. A link never gives the originals of guests. */
            download: boolean;
            /** @description Send pictures to the album. */
            upload: boolean;
        };
        /** @description The `data` of the reply to `POST /shared/{token}/unlock`. */
        LinkSession: {
            /** Format: date-time */
            expiresAt: string;
            /** @description The value of the header `x-link-session`. */
            session: string;
        };
        /** @description The album in a message. */
        LiveAlbum: {
            /**
             * Format: uint
             * @description The number of ready pictures, at most 100. Zero if the message is not about pictures.
             */
            count: number;
            /** @description The names of the guests who sent the pictures, at most three. If there are any, `user` is the owner of the album. */
            guests: string[];
            /**
             * Format: uuid
             * @description An album: a UUIDv7, so that ids sort by the time of creation.
             */
            id: string;
            title: string;
        };
        /** @description A message about a change. */
        LiveMessage: {
            /**
             * Format: date-time
             * @description The time of the snapshot (RFC 3339, UTC). Discard older messages about the same object.
             */
            at: string;
            /**
             * Format: uuid
             * @description The id of the activity. Discard a message with the same id as an earlier message.
             */
            id: string;
        } & ({
            /**
             * Format: uuid
             * @description The owner.
             */
            ownerId: string;
            picture: components["schemas"]["Picture"];
            /**
             * Format: uuid
             * @description The picture, unique within its owner.
             */
            pictureId: string;
            /** @constant */
            type: "picture.ready";
        } | {
            /**
             * Format: uuid
             * @description The owner.
             */
            ownerId: string;
            picture: components["schemas"]["Picture"];
            /**
             * Format: uuid
             * @description The picture, unique within its owner.
             */
            pictureId: string;
            /** @constant */
            type: "picture.changed";
        } | {
            /**
             * Format: uuid
             * @description The owner.
             */
            ownerId: string;
            /**
             * Format: uuid
             * @description The picture, unique within its owner.
             */
            pictureId: string;
            /** @constant */
            type: "picture.removed";
        } | {
            state: components["schemas"]["FriendState"] | null;
            /** @constant */
            type: "friend.requested";
            user: components["schemas"]["Owner"];
        } | {
            state: components["schemas"]["FriendState"] | null;
            /** @constant */
            type: "friend.accepted";
            user: components["schemas"]["Owner"];
        } | {
            state: components["schemas"]["FriendState"] | null;
            /** @constant */
            type: "friend.removed";
            user: components["schemas"]["Owner"];
        } | {
            comment: components["schemas"]["Comment"];
            /**
             * Format: uuid
             * @description The owner.
             */
            ownerId: string;
            /**
             * Format: uuid
             * @description The picture, unique within its owner.
             */
            pictureId: string;
            /** @constant */
            type: "comment.added";
        } | {
            /**
             * Format: uuid
             * @description A comment on a picture: a UUIDv7, so that ids sort by the time of writing.
             */
            commentId: string;
            /**
             * Format: uuid
             * @description The owner.
             */
            ownerId: string;
            /**
             * Format: uuid
             * @description The picture, unique within its owner.
             */
            pictureId: string;
            /** @constant */
            type: "comment.removed";
        } | {
            /**
             * Format: uuid
             * @description An album: a UUIDv7, so that ids sort by the time of creation.
             */
            albumId: string;
            /** @constant */
            type: "album.changed";
        } | {
            album: components["schemas"]["LiveAlbum"];
            /** @constant */
            type: "album.memberAdded";
            user: components["schemas"]["Owner"];
        } | {
            album: components["schemas"]["LiveAlbum"];
            /** @constant */
            type: "album.picturesAdded";
            user: components["schemas"]["Owner"];
        } | {
            album: components["schemas"]["LiveAlbum"];
            /** @constant */
            type: "album.picturesWaiting";
            user: components["schemas"]["Owner"];
        });
        /** @description The camera metadata, visible to every viewer. */
        Metadata: {
            /**
             * Format: double
             * @description The f-number.
             */
            aperture?: number;
            /** @description Make and model without a repeated make: `Canon EOS 5D`. */
            camera?: string;
            /** @description The exposure time in seconds, as photographers write it: `1/250`, `2.5`. */
            exposure?: string;
            /**
             * Format: double
             * @description In millimetres.
             */
            focalLength?: number;
            /**
             * Format: uint32
             * @description The ISO speed.
             */
            iso?: number;
            /** @description The lens model. */
            lens?: string;
        };
        /** @description The body of `POST /albums`. */
        NewAlbum: {
            description?: string | null;
            /** @description The code of a rule, which makes the album a smart album. At most 4,096 bytes. */
            rule?: string | null;
            title: string;
            /** @description `private` by default. */
            visibility?: components["schemas"]["Visibility"] | null;
        };
        /** @description The body of `POST /pictures/{ownerId}/{id}/comments`. */
        NewComment: {
            text: string;
        };
        /** @description The body of `POST /devices`. */
        NewDevice: {
            platform: components["schemas"]["Platform"];
            /** @description A token of APNs has at most 400 hexadecimal digits. */
            token: string;
        };
        /** @description The body of `POST /keys`. */
        NewKey: {
            name: string;
        };
        /** @description The body of `POST /links`: an album or a picture, and the settings of the link. */
        NewLink: {
            /**
             * Format: uuid
             * @description An album: a UUIDv7, so that ids sort by the time of creation.
             */
            albumId?: string | null;
            /** @description Whether visitors can download originals. */
            download?: boolean | null;
            /**
             * Format: date-time
             * @description A time in the future.
             */
            expiresAt?: string | null;
            /** @description The owner's name for the link. */
            name?: string | null;
            /**
             * Format: uuid
             * @description With `pictureId`, the picture.
             */
            ownerId?: string | null;
            password?: string | null;
            /**
             * Format: uuid
             * @description A picture: a UUIDv7, so that ids sort by the time of registration.
             */
            pictureId?: string | null;
            /** @description Whether the pictures of guests wait for approval. */
            review?: boolean | null;
            /** @description Whether visitors can send pictures to the album. */
            upload?: boolean | null;
        };
        /** @description The body of `POST /pictures`. */
        NewPicture: {
            /**
             * Format: uint64
             * @description The length of the file.
             */
            bytes: number;
            caption?: string | null;
            contentType: components["schemas"]["ContentType"];
            visibility?: components["schemas"]["Visibility"] | null;
        };
        /** @description The body of `POST /users` and `PUT /users/{id}`. */
        NewProfile: {
            /** @description Whether other members find the person by name. */
            findable?: boolean | null;
            firstName: string;
            /** @description 3 to 30 characters: letters, digits, `.`, `_` and `-`. It begins with a letter or digit. Upper case becomes lower case. */
            handle: string;
            /** @description Absent or empty for a person with one name. */
            lastName?: string | null;
            notifications?: components["schemas"]["Choices"] | null;
        };
        /** @description A notification of the API. */
        Notification: {
            album?: components["schemas"]["NotifiedAlbum"];
            /**
             * Format: date-time
             * @description The time of the activity (RFC 3339, UTC).
             */
            at: string;
            /**
             * Format: uuid
             * @description The id of the activity, as in messages to open pages.
             */
            id: string;
            /**
             * Format: date-time
             * @description The time (RFC 3339, UTC) at which the notification was stored, which can be long after `at`. Compare this time with `readUntil`.
             */
            keptAt: string;
            /**
             * Format: uuid
             * @description A member: the `sub` of the Cognito user pool, a UUID.
             */
            ownerId?: string;
            /**
             * Format: uuid
             * @description A picture: a UUIDv7, so that ids sort by the time of registration.
             */
            pictureId?: string;
            /** @enum {string} */
            type: "picture.ready" | "friend.requested" | "friend.accepted" | "comment.added" | "album.memberAdded" | "album.picturesAdded" | "album.picturesWaiting";
            /** @description The member who caused the activity. */
            user: components["schemas"]["Owner"];
        };
        /** @description The `data` of `GET /notifications`. */
        NotificationPage: {
            /** @description The cursor of the next page; null on the last page. */
            cursor: string | null;
            /** @description The items in the order of the list. */
            items: components["schemas"]["Notification"][];
            /**
             * Format: date-time
             * @description Notifications with a later `keptAt` are unread. Null if the member never marked notifications as read.
             */
            readUntil: string | null;
        };
        /** @description The album that a notification is about, now. */
        NotifiedAlbum: {
            /**
             * Format: uint
             * @description The number of ready pictures that were added within five minutes, or that wait, at most 100. Zero if the notification is not about pictures.
             */
            count: number;
            /** @description The names of the guests who sent the pictures, at most three. If there are any, `user` is the owner of the album. */
            guests: string[];
            /**
             * Format: uuid
             * @description An album: a UUIDv7, so that ids sort by the time of creation.
             */
            id: string;
            title: string;
        };
        /** @description The `data` of a reply that contains only the id of the object. */
        ObjectId: {
            /** Format: uuid */
            id: string;
        };
        /** @description The uploaded file. */
        Original: {
            url: string;
        };
        /** @description A member as everyone sees them. Only the id is set if the member has no profile. */
        Owner: {
            firstName: string | null;
            /** @description A unique name by which members find each other: 3 to 30 of `a–z`, `0–9`, `_`, `-` and `.`, in lower case. */
            handle: string | null;
            /**
             * Format: uuid
             * @description A member: the `sub` of the Cognito user pool, a UUID.
             */
            id: string;
            lastName: string | null;
        };
        /** @description A member with a profile, as other members see them. */
        Person: {
            firstName: string;
            /** @description A unique name by which members find each other: 3 to 30 of `a–z`, `0–9`, `_`, `-` and `.`, in lower case. */
            handle: string;
            /**
             * Format: uuid
             * @description A member: the `sub` of the Cognito user pool, a UUID.
             */
            id: string;
            lastName: string;
        };
        /** @description A page of a list: the `data` of a reply. */
        PersonPage: {
            /** @description The cursor of the next page; null on the last page. */
            cursor: string | null;
            /** @description The items in the order of the list. */
            items: components["schemas"]["Person"][];
        };
        /** @description The `picture` of the API. */
        Picture: {
            /** @description An album that shows the picture to the caller. */
            album?: components["schemas"]["SourceAlbum"];
            /** Format: uint64 */
            bytes: number;
            caption: string | null;
            /** @description Detected from the bytes, or as declared until the picture is processed. */
            contentType: components["schemas"]["ContentType"];
            /** @description The reason of a failure, as a sentence for the owner. */
            failure?: string;
            /** @description Visible to the owner only. */
            gps?: components["schemas"]["Gps"];
            /** @description The sender of a picture that a guest sent by a share link. */
            guest?: components["schemas"]["Guest"];
            /**
             * Format: uint32
             * @description Pixels, upright; null until the picture is processed.
             */
            height: number | null;
            /**
             * Format: uuid
             * @description A picture: a UUIDv7, so that ids sort by the time of registration.
             */
            id: string;
            metadata: components["schemas"]["Metadata"];
            /** @description Visible to the owner, and by share links that allow downloads. */
            original?: components["schemas"]["Original"];
            owner: components["schemas"]["Owner"];
            place?: string;
            renditions: components["schemas"]["Renditions"] | null;
            state: components["schemas"]["PictureState"];
            /** @description The time of the place, with its offset if known; `Z` if only UTC is known. */
            takenAt?: string;
            /** @description A placeholder image, base64. */
            thumbhash: string | null;
            /** Format: date-time */
            uploadedAt: string;
            visibility: components["schemas"]["Visibility"];
            /**
             * Format: uint32
             * @description Pixels, upright; null until the picture is processed.
             */
            width: number | null;
        };
        /** @description The body of `PATCH /pictures/{ownerId}/{id}`. Omitted fields stay unchanged. `null` removes a field, and a blank text removes the caption or the place. */
        PictureChange: {
            caption?: string | null;
            place?: string | null;
            /** @description RFC 3339 with the offset of the place, local time without an offset if it is unknown, or UTC if only that is known. */
            takenAt?: string | null;
            visibility?: components["schemas"]["Visibility"] | null;
        };
        /** @description The key of the Pictures table. */
        PictureKey: {
            /**
             * Format: uuid
             * @description The owner.
             */
            ownerId: string;
            /**
             * Format: uuid
             * @description The picture, unique within its owner.
             */
            pictureId: string;
        };
        /** @description A page of a list: the `data` of a reply. */
        PicturePage: {
            /** @description The cursor of the next page; null on the last page. */
            cursor: string | null;
            /** @description The items in the order of the list. */
            items: components["schemas"]["Picture"][];
        };
        /**
         * @description The processing state of a picture.
         * @enum {string}
         */
        PictureState: "awaitingUpload" | "processing" | "ready" | "failed";
        /** @description A number of pictures and the bytes of their originals. */
        PictureUsage: {
            /**
             * Format: uint64
             * @description The length of their originals, as registered.
             */
            bytes: number;
            /**
             * Format: uint64
             * @description The number of pictures.
             */
            pictures: number;
        };
        /**
         * @description The push service of a device.
         * @enum {string}
         */
        Platform: "apns" | "fcm";
        /** @description The `data` of the reply to `POST /pictures/{ownerId}/{id}/upload`. */
        PresignedStep: {
            /**
             * Format: date-time
             * @description The time (UTC) by which the request must start.
             */
            expiresAt: string;
            /** @description For the step `part`: the requests of the later parts, in order, and of the completion. */
            following?: components["schemas"]["Upload"][];
            /** @description The headers that the client must send exactly, because the signature covers them. */
            headers: {
                [key: string]: string;
            };
            /** @description The HTTP method. `PUT` if the request sends bytes of the picture. */
            method: string;
            /** @description The URL, with the signature in its query. */
            url: string;
        };
        /** @description A profile with the fields that the reader can view. */
        Profile: {
            /** Format: date-time */
            createdAt: string;
            /** @description Whether other members find the person by name. Only the member can view it. */
            findable?: boolean;
            firstName: string;
            /** @description A unique name by which members find each other: 3 to 30 of `a–z`, `0–9`, `_`, `-` and `.`, in lower case. */
            handle: string;
            /**
             * Format: uuid
             * @description A member: the `sub` of the Cognito user pool, a UUID.
             */
            id: string;
            lastName: string;
            /** @description The channels of every type of activity. Only the member can view them. */
            notifications?: components["schemas"]["Choices"];
        };
        /** @description A page of a list: the `data` of a reply. */
        ProfilePage: {
            /** @description The cursor of the next page; null on the last page. */
            cursor: string | null;
            /** @description The items in the order of the list. */
            items: components["schemas"]["Profile"][];
        };
        /** @description The limits of each member. Template parameters set them. */
        QuotaLimits: {
            /**
             * Format: uint64
             * @description The maximum total length of the originals, in bytes.
             */
            bytes: number;
            /**
             * Format: uint64
             * @description The bytes of the originals registered in a day, deleted ones and repeated multipart uploads included.
             */
            bytesPerDay: number;
            /**
             * Format: uint64
             * @description Comments written in an hour, deleted ones included.
             */
            commentsPerHour: number;
            /**
             * Format: uint32
             * @description Open WebSocket connections, in all browser tabs and on all devices.
             */
            connections: number;
            /**
             * Format: uint32
             * @description Devices that receive push messages.
             */
            devices: number;
            /**
             * Format: uint64
             * @description Friend requests sent in a day, withdrawn ones included.
             */
            friendRequestsPerDay: number;
            /**
             * Format: uint64
             * @description Registered pictures that are not rendered yet.
             */
            openRegistrations: number;
            /**
             * Format: uint64
             * @description The maximum number of pictures, in any state.
             */
            pictures: number;
            /**
             * Format: uint64
             * @description Pictures registered in a day, deleted ones included.
             */
            picturesPerDay: number;
        };
        /** @description The `data` of the reply to `PUT /notifications`, with the current read marker. */
        ReadMarker: {
            /** Format: date-time */
            readUntil: string;
        };
        /** @description The body of `PUT /notifications`, with the time up to which the caller has read notifications. */
        ReadUntil: {
            /** Format: date-time */
            readUntil: string;
        };
        /** @description A picture that a call did not change. */
        RefusedPicture: {
            /**
             * Format: uuid
             * @description The owner.
             */
            ownerId: string;
            /**
             * Format: uuid
             * @description The picture, unique within its owner.
             */
            pictureId: string;
            /** @description The reason, as a sentence for the caller. */
            reason: string;
        };
        /** @description The `data` of a call that changes many pictures of an album: those that it did not change. */
        RefusedPictures: {
            /** @description The refused pictures. The call changed all others, or they already were as requested. */
            refused: components["schemas"]["RefusedPicture"][];
        };
        /** @description The `data` of the reply to `POST /pictures`. */
        Registered: {
            /** @description For a file of several parts: the request of the step `create`. */
            createUpload?: components["schemas"]["Upload"];
            picture: components["schemas"]["Picture"];
            upload: components["schemas"]["Upload"];
        };
        /** @description One rendition of a picture. */
        Rendition: {
            /**
             * Format: uint64
             * @description The length of the object in bytes.
             */
            bytes: number;
            /**
             * Format: uint32
             * @description Pixels.
             */
            height: number;
            url: string;
            /**
             * Format: uint32
             * @description Pixels.
             */
            width: number;
        };
        /** @description The renditions of a picture. */
        Renditions: {
            /** @description At most 1600 pixels on the long edge, for a single picture. */
            large: components["schemas"]["Rendition"];
            /** @description At most 320 pixels on the long edge, for grids. */
            small: components["schemas"]["Rendition"];
        };
        /** @description The body of `POST /albums/{albumId}/waiting`. */
        Review: {
            /**
             * @description Pictures to add to the album.
             * @default []
             */
            approve?: components["schemas"]["PictureKey"][];
            /**
             * @description Pictures to remove from the list. Those that no other album contains are deleted.
             * @default []
             */
            reject?: components["schemas"]["PictureKey"][];
        };
        /** @description A picture, and the result that the author expects. */
        RuleCase: {
            /** @description The result that the rule should have. */
            expect: boolean;
            /** @description A picture of a case: the id or the key of a picture of the caller, or fields. */
            picture: string | components["schemas"]["PictureKey"] | components["schemas"]["RuleFields"];
        };
        /** @description An error in a rule. */
        RuleError: {
            /**
             * Format: uint32
             * @description The column in characters, from 1.
             */
            column: number;
            /**
             * Format: uint32
             * @description The line, from 1.
             */
            line: number;
            /** @description One or two plain sentences, for the author of the rule. */
            message: string;
        };
        /** @description The error of a rule for one picture. */
        RuleFailure: {
            /**
             * Format: uint32
             * @description The column in characters, from 1.
             */
            column: number;
            /**
             * Format: uint32
             * @description The line of the rule, from 1.
             */
            line: number;
            /** @description One or two plain sentences, for the author of the rule. */
            message: string;
            /**
             * Format: uuid
             * @description The picture.
             */
            pictureId: string;
        };
        /** @description The values of a picture that a rule reads. `None` is `None` in the rule. In JSON, a value that is missing is None, an empty text or 0, and an unknown name is an error. */
        RuleFields: {
            /**
             * Format: double
             * @description The f-number.
             */
            aperture?: number | null;
            /**
             * Format: uint64
             * @description The length of the original.
             * @default 0
             */
            bytes?: number;
            /** @description Make and model. */
            camera?: string | null;
            /** @description The owner's caption. */
            caption?: string | null;
            /**
             * @description The MIME type.
             * @default
             */
            content_type?: string;
            /**
             * Format: int8
             * @description The day of `taken`, from 1.
             */
            day?: number | null;
            /**
             * Format: double
             * @description The exposure time in seconds.
             */
            exposure?: number | null;
            /**
             * Format: double
             * @description In millimetres.
             */
            focal_length?: number | null;
            /**
             * Format: uint32
             * @description Pixels, upright.
             */
            height?: number | null;
            /**
             * Format: int8
             * @description The hour of `taken`, from 0 to 23.
             */
            hour?: number | null;
            /**
             * @description The id of the picture.
             * @default
             */
            id?: string;
            /**
             * Format: uint32
             * @description The ISO speed.
             */
            iso?: number | null;
            /**
             * Format: double
             * @description Degrees, north positive.
             */
            latitude?: number | null;
            /** @description The lens model. */
            lens?: string | null;
            /**
             * Format: double
             * @description Degrees, east positive.
             */
            longitude?: number | null;
            /**
             * Format: int8
             * @description The month of `taken`, from 1.
             */
            month?: number | null;
            /** @description The owner's words for the location. */
            place?: string | null;
            /** @description The time of the place, in the format of the API. */
            taken?: string | null;
            /**
             * @description `private`, `friends` or `public`.
             * @default
             */
            visibility?: string;
            /**
             * Format: uint32
             * @description Pixels, upright.
             */
            width?: number | null;
            /**
             * Format: int16
             * @description The year of `taken`.
             */
            year?: number | null;
        };
        /** @description How far the rule of a smart album was applied to the pictures of its owner. */
        RuleProgress: {
            /** @description The first picture for which the rule has an error. The album does not contain it. */
            error?: components["schemas"]["RuleFailure"];
            /**
             * Format: uint32
             * @description The number of pictures that were read.
             */
            read: number;
            /**
             * Format: uuid
             * @description The first picture for which the rule is true, but which is in 50 other albums.
             */
            skipped?: string;
            state: components["schemas"]["RuleState"];
        };
        /** @description The result of a rule for a picture. */
        RuleResult: {
            matches: boolean;
            /**
             * Format: uuid
             * @description A picture: a UUIDv7, so that ids sort by the time of registration.
             */
            pictureId: string;
        };
        /**
         * @description The state of a smart album.
         * @enum {string}
         */
        RuleState: "running" | "complete" | "full";
        /** @description The body of `POST /rules/evaluate`. */
        RuleToEvaluate: {
            /** @description Pictures for which the author knows the result. */
            cases?: components["schemas"]["RuleCase"][] | null;
            /** @description The code of the rule, of at most 4,096 bytes. */
            code: string;
            /**
             * Format: uint
             * @description The number of the caller's newest ready pictures to evaluate. The default is 50.
             */
            limit?: number | null;
        };
        /** @description The `data` of the reply to `GET /shared/{token}`. A locked link has the first three fields only. */
        SharedLink: {
            album?: components["schemas"]["Album"];
            kind: components["schemas"]["LinkKind"];
            /** @description Whether the visitor has to unlock the link first. */
            needsPassword: boolean;
            owner?: components["schemas"]["Owner"];
            picture?: components["schemas"]["Picture"];
            rights: components["schemas"]["LinkRights"];
            /** @description The title of the album, or the caption of the picture. */
            title?: string;
        };
        /** @description A picture as the visitors of a link see it. */
        SharedPicture: {
            /** @description An album that shows the picture to the caller. */
            album?: components["schemas"]["SourceAlbum"];
            /** Format: uint64 */
            bytes: number;
            caption: string | null;
            /** @description Detected from the bytes, or as declared until the picture is processed. */
            contentType: components["schemas"]["ContentType"];
            /** @description The reason of a failure, as a sentence for the owner. */
            failure?: string;
            /** @description Visible to the owner only. */
            gps?: components["schemas"]["Gps"];
            /** @description The sender of a picture that a guest sent by a share link. */
            guest?: components["schemas"]["Guest"];
            /**
             * Format: uint32
             * @description Pixels, upright; null until the picture is processed.
             */
            height: number | null;
            /**
             * Format: uuid
             * @description A picture: a UUIDv7, so that ids sort by the time of registration.
             */
            id: string;
            metadata: components["schemas"]["Metadata"];
            /** @description Visible to the owner, and by share links that allow downloads. */
            original?: components["schemas"]["Original"];
            owner: components["schemas"]["Owner"];
            place?: string;
            renditions: components["schemas"]["Renditions"] | null;
            state: components["schemas"]["PictureState"];
            /** @description The time of the place, with its offset if known; `Z` if only UTC is known. */
            takenAt?: string;
            /** @description A placeholder image, base64. */
            thumbhash: string | null;
            /** Format: date-time */
            uploadedAt: string;
            visibility: components["schemas"]["Visibility"];
            /** @description Whether the picture waits for approval. Only its guest sees a waiting picture. */
            waiting?: boolean;
            /**
             * Format: uint32
             * @description Pixels, upright; null until the picture is processed.
             */
            width: number | null;
        };
        /** @description The album because of which a list contains a picture. */
        SourceAlbum: {
            /**
             * Format: uuid
             * @description An album: a UUIDv7, so that ids sort by the time of creation.
             */
            id: string;
            title: string;
        };
        /** @description The `data` of the reply to `PUT` and `DELETE /friends/{id}`: the other member, and the state of the friendship in the view of the caller. */
        Standing: {
            /**
             * Format: uuid
             * @description A member: the `sub` of the Cognito user pool, a UUID.
             */
            id: string;
            state: components["schemas"]["FriendState"] | null;
        };
        /** @description The `data` of `GET /status`. */
        Status: {
            /**
             * Format: int64
             * @description The start of this execution environment, in seconds since the epoch.
             */
            serverStartTime: number;
            serverStartTimeFormatted: string;
            /**
             * Format: int64
             * @description The current time, in seconds since the epoch.
             */
            serverTime: number;
            serverTimeFormatted: string;
            status: string;
            version: string;
        };
        /** @description One presigned S3 request of the upload of a picture. */
        Upload: {
            /**
             * Format: date-time
             * @description The time (UTC) by which the request must start.
             */
            expiresAt: string;
            /** @description The headers that the client must send exactly, because the signature covers them. */
            headers: {
                [key: string]: string;
            };
            /** @description The HTTP method. `PUT` if the request sends bytes of the picture. */
            method: string;
            /** @description The URL, with the signature in its query. */
            url: string;
        };
        /** @description The body of `POST /pictures/{ownerId}/{id}/upload`. It describes the request to presign. */
        UploadStep: {
            /**
             * Format: uint64
             * @description The number of a part, for the step `part`.
             */
            number?: number | null;
            /** @enum {string} */
            step: "create" | "part" | "list" | "complete" | "abort";
            /** @description The id that S3 gave to the upload, for all steps except `create`. */
            uploadId?: string | null;
        };
        /** @description The `data` of the reply to `GET /users/{id}/usage`. */
        Usage: {
            /**
             * Format: uint64
             * @description The length of their originals, as registered.
             */
            bytes: number;
            limits: components["schemas"]["QuotaLimits"];
            /**
             * Format: uint64
             * @description The number of pictures.
             */
            pictures: number;
            /** @description The pictures registered since 00:00 UTC, deleted ones included. */
            today: components["schemas"]["PictureUsage"];
        };
        /**
         * @description The readers who can view a picture besides its owner.
         * @enum {string}
         */
        Visibility: "private" | "friends" | "public";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Album = components['schemas']['Album'];
export type AlbumChange = components['schemas']['AlbumChange'];
export type AlbumMember = components['schemas']['AlbumMember'];
export type AlbumMemberChange = components['schemas']['AlbumMemberChange'];
export type AlbumMemberPage = components['schemas']['AlbumMemberPage'];
export type AlbumMembership = components['schemas']['AlbumMembership'];
export type AlbumNotices = components['schemas']['AlbumNotices'];
export type AlbumNotifications = components['schemas']['AlbumNotifications'];
export type AlbumNotificationsChange = components['schemas']['AlbumNotificationsChange'];
export type AlbumPage = components['schemas']['AlbumPage'];
export type AlbumPicturesChange = components['schemas']['AlbumPicturesChange'];
export type AlbumRole = components['schemas']['AlbumRole'];
export type Block = components['schemas']['Block'];
export type Channel = components['schemas']['Channel'];
export type Choices = components['schemas']['Choices'];
export type Comment = components['schemas']['Comment'];
export type CommentPage = components['schemas']['CommentPage'];
export type ContentType = components['schemas']['ContentType'];
export type CreatedKey = components['schemas']['CreatedKey'];
export type Device = components['schemas']['Device'];
export type DeviceList = components['schemas']['DeviceList'];
export type Duplicates = components['schemas']['Duplicates'];
export type Error = components['schemas']['Error'];
export type Evaluation = components['schemas']['Evaluation'];
export type FileHashes = components['schemas']['FileHashes'];
export type Friend = components['schemas']['Friend'];
export type FriendPage = components['schemas']['FriendPage'];
export type FriendState = components['schemas']['FriendState'];
export type Gps = components['schemas']['Gps'];
export type Guest = components['schemas']['Guest'];
export type GuestPicture = components['schemas']['GuestPicture'];
export type GuestRegistration = components['schemas']['GuestRegistration'];
export type Key = components['schemas']['Key'];
export type KeyLimits = components['schemas']['KeyLimits'];
export type KeyList = components['schemas']['KeyList'];
export type KeyUsage = components['schemas']['KeyUsage'];
export type KnownPicture = components['schemas']['KnownPicture'];
export type KnownPictures = components['schemas']['KnownPictures'];
export type Link = components['schemas']['Link'];
export type LinkChange = components['schemas']['LinkChange'];
export type LinkKind = components['schemas']['LinkKind'];
export type LinkPage = components['schemas']['LinkPage'];
export type LinkPassword = components['schemas']['LinkPassword'];
export type LinkRights = components['schemas']['LinkRights'];
export type LinkSession = components['schemas']['LinkSession'];
export type LiveAlbum = components['schemas']['LiveAlbum'];
export type LiveMessage = components['schemas']['LiveMessage'];
export type Metadata = components['schemas']['Metadata'];
export type NewAlbum = components['schemas']['NewAlbum'];
export type NewComment = components['schemas']['NewComment'];
export type NewDevice = components['schemas']['NewDevice'];
export type NewKey = components['schemas']['NewKey'];
export type NewLink = components['schemas']['NewLink'];
export type NewPicture = components['schemas']['NewPicture'];
export type NewProfile = components['schemas']['NewProfile'];
export type Notification = components['schemas']['Notification'];
export type NotificationPage = components['schemas']['NotificationPage'];
export type NotifiedAlbum = components['schemas']['NotifiedAlbum'];
export type ObjectId = components['schemas']['ObjectId'];
export type Original = components['schemas']['Original'];
export type Owner = components['schemas']['Owner'];
export type Person = components['schemas']['Person'];
export type PersonPage = components['schemas']['PersonPage'];
export type Picture = components['schemas']['Picture'];
export type PictureChange = components['schemas']['PictureChange'];
export type PictureKey = components['schemas']['PictureKey'];
export type PicturePage = components['schemas']['PicturePage'];
export type PictureState = components['schemas']['PictureState'];
export type PictureUsage = components['schemas']['PictureUsage'];
export type Platform = components['schemas']['Platform'];
export type PresignedStep = components['schemas']['PresignedStep'];
export type Profile = components['schemas']['Profile'];
export type ProfilePage = components['schemas']['ProfilePage'];
export type QuotaLimits = components['schemas']['QuotaLimits'];
export type ReadMarker = components['schemas']['ReadMarker'];
export type ReadUntil = components['schemas']['ReadUntil'];
export type RefusedPicture = components['schemas']['RefusedPicture'];
export type RefusedPictures = components['schemas']['RefusedPictures'];
export type Registered = components['schemas']['Registered'];
export type Rendition = components['schemas']['Rendition'];
export type Renditions = components['schemas']['Renditions'];
export type Review = components['schemas']['Review'];
export type RuleCase = components['schemas']['RuleCase'];
export type RuleError = components['schemas']['RuleError'];
export type RuleFailure = components['schemas']['RuleFailure'];
export type RuleFields = components['schemas']['RuleFields'];
export type RuleProgress = components['schemas']['RuleProgress'];
export type RuleResult = components['schemas']['RuleResult'];
export type RuleState = components['schemas']['RuleState'];
export type RuleToEvaluate = components['schemas']['RuleToEvaluate'];
export type SharedLink = components['schemas']['SharedLink'];
export type SharedPicture = components['schemas']['SharedPicture'];
export type SourceAlbum = components['schemas']['SourceAlbum'];
export type Standing = components['schemas']['Standing'];
export type Status = components['schemas']['Status'];
export type Upload = components['schemas']['Upload'];
export type UploadStep = components['schemas']['UploadStep'];
export type Usage = components['schemas']['Usage'];
export type Visibility = components['schemas']['Visibility'];
export type $defs = Record<string, never>;
export interface operations {
    listAlbums: {
        parameters: {
            query?: {
                /** @description The maximum number of items of the page. */
                limit?: number;
                /** @description The `cursor` of the previous page. It is valid for the same list and reader only. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlbumPage"];
                };
            };
        };
    };
    createAlbum: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAlbum"];
            };
        };
        responses: {
            /** @description The call created the object. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Album"];
                };
            };
        };
    };
    getAlbum: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The album. */
                albumId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Album"];
                };
            };
        };
    };
    deleteAlbum: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The album. */
                albumId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectId"];
                };
            };
        };
    };
    updateAlbum: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The album. */
                albumId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlbumChange"];
            };
        };
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Album"];
                };
            };
        };
    };
    listMembersOfAlbum: {
        parameters: {
            query?: {
                /** @description The maximum number of items of the page. */
                limit?: number;
                /** @description The `cursor` of the previous page. It is valid for the same list and reader only. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The album. */
                albumId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlbumMemberPage"];
                };
            };
        };
    };
    putMemberOfAlbum: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The album. */
                albumId: string;
                /** @description The friend or member. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlbumMemberChange"];
            };
        };
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlbumMembership"];
                };
            };
        };
    };
    removeMemberOfAlbum: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The album. */
                albumId: string;
                /** @description The member, who can be the caller. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlbumMembership"];
                };
            };
        };
    };
    getNotificationsOfAlbum: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The album. */
                albumId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlbumNotifications"];
                };
            };
        };
    };
    putNotificationsOfAlbum: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The album. */
                albumId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlbumNotificationsChange"];
            };
        };
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlbumNotifications"];
                };
            };
        };
    };
    listPicturesOfAlbum: {
        parameters: {
            query?: {
                /** @description `added` lists the pictures added last first, `taken` those taken first. */
                order?: "added" | "taken";
                /** @description The maximum number of items of the page. */
                limit?: number;
                /** @description The `cursor` of the previous page. It is valid for the same list and reader only. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The album. */
                albumId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PicturePage"];
                };
            };
        };
    };
    changePicturesOfAlbum: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The album. */
                albumId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlbumPicturesChange"];
            };
        };
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefusedPictures"];
                };
            };
        };
    };
    addPictureToAlbum: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The album. */
                albumId: string;
                /** @description The owner of the picture. */
                ownerId: string;
                /** @description The picture. */
                pictureId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PictureKey"];
                };
            };
        };
    };
    removePictureFromAlbum: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The album. */
                albumId: string;
                /** @description The owner of the picture. */
                ownerId: string;
                /** @description The picture. */
                pictureId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PictureKey"];
                };
            };
        };
    };
    listWaitingPictures: {
        parameters: {
            query?: {
                /** @description The maximum number of items of the page. */
                limit?: number;
                /** @description The `cursor` of the previous page. It is valid for the same list and reader only. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The album. */
                albumId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PicturePage"];
                };
            };
        };
    };
    reviewWaitingPictures: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The album. */
                albumId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Review"];
            };
        };
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefusedPictures"];
                };
            };
        };
    };
    listBlocks: {
        parameters: {
            query?: {
                /** @description The maximum number of items of the page. */
                limit?: number;
                /** @description The `cursor` of the previous page. It is valid for the same list and reader only. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonPage"];
                };
            };
        };
    };
    blockPerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The other member. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Block"];
                };
            };
        };
    };
    unblockPerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The other member. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Block"];
                };
            };
        };
    };
    listDevices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceList"];
                };
            };
        };
    };
    registerDevice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDevice"];
            };
        };
        responses: {
            /** @description The call created the object. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
        };
    };
    deleteDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The device. The call also succeeds if it does not exist. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectId"];
                };
            };
        };
    };
    listFeed: {
        parameters: {
            query?: {
                /** @description The maximum number of items of the page. */
                limit?: number;
                /** @description The `cursor` of the previous page. It is valid for the same list and reader only. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PicturePage"];
                };
            };
        };
    };
    listFriends: {
        parameters: {
            query?: {
                /** @description `requested` lists requests by the caller, `invited` requests to the caller. */
                state?: components["schemas"]["FriendState"];
                /** @description The maximum number of items of the page. */
                limit?: number;
                /** @description The `cursor` of the previous page. It is valid for the same list and reader only. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FriendPage"];
                };
            };
        };
    };
    addFriend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The other member. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Standing"];
                };
            };
        };
    };
    removeFriend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The other member. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Standing"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewKey"];
            };
        };
        responses: {
            /** @description The call created the object. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
        };
    };
    deleteKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key. The call also succeeds if it does not exist. */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectId"];
                };
            };
        };
    };
    listLinks: {
        parameters: {
            query?: {
                /** @description The maximum number of items of the page. */
                limit?: number;
                /** @description The `cursor` of the previous page. It is valid for the same list and reader only. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkPage"];
                };
            };
        };
    };
    createLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLink"];
            };
        };
        responses: {
            /** @description The call created the object. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Link"];
                };
            };
        };
    };
    deleteLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The link. */
                linkId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectId"];
                };
            };
        };
    };
    updateLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The link. */
                linkId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkChange"];
            };
        };
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Link"];
                };
            };
        };
    };
    replaceLinkToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The link. */
                linkId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Link"];
                };
            };
        };
    };
    listNotifications: {
        parameters: {
            query?: {
                /** @description The maximum number of items of the page. */
                limit?: number;
                /** @description The `cursor` of the previous page. It is valid for the same list and reader only. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPage"];
                };
            };
        };
    };
    markNotificationsRead: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadUntil"];
            };
        };
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadMarker"];
                };
            };
        };
    };
    getSpecification: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier reply. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document, without the envelope of other replies. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    findDuplicates: {
        parameters: {
            query: {
                /** @description The SHA-256 of the file. */
                sha256: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Duplicates"];
                };
            };
        };
    };
    createPicture: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPicture"];
            };
        };
        responses: {
            /** @description The call created the object. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Registered"];
                };
            };
        };
    };
    findKnownPictures: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FileHashes"];
            };
        };
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnownPictures"];
                };
            };
        };
    };
    getPicture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The owner of the picture. */
                ownerId: string;
                /** @description The picture. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Picture"];
                };
            };
        };
    };
    deletePicture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The owner of the picture. */
                ownerId: string;
                /** @description The picture. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectId"];
                };
            };
        };
    };
    updatePicture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The owner of the picture. */
                ownerId: string;
                /** @description The picture. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PictureChange"];
            };
        };
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Picture"];
                };
            };
        };
    };
    listComments: {
        parameters: {
            query?: {
                /** @description The maximum number of items of the page. */
                limit?: number;
                /** @description The `cursor` of the previous page. It is valid for the same list and reader only. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The owner of the picture. */
                ownerId: string;
                /** @description The picture. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommentPage"];
                };
            };
        };
    };
    createComment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The owner of the picture. */
                ownerId: string;
                /** @description The picture. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewComment"];
            };
        };
        responses: {
            /** @description The call created the object. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comment"];
                };
            };
        };
    };
    deleteComment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The owner of the picture. */
                ownerId: string;
                /** @description The picture. */
                id: string;
                /** @description The comment. */
                commentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectId"];
                };
            };
        };
    };
    presignUploadStep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The owner of the picture. */
                ownerId: string;
                /** @description The picture. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UploadStep"];
            };
        };
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresignedStep"];
                };
            };
        };
    };
    listPublicPictures: {
        parameters: {
            query?: {
                /** @description The maximum number of items of the page. */
                limit?: number;
                /** @description The `cursor` of the previous page. It is valid for the same list and reader only. */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of an earlier reply. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PicturePage"];
                };
            };
        };
    };
    getPublicAlbum: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier reply. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The album. */
                albumId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Album"];
                };
            };
        };
    };
    listPicturesOfPublicAlbum: {
        parameters: {
            query?: {
                /** @description `added` lists the pictures added last first, `taken` those taken first. */
                order?: "added" | "taken";
                /** @description The maximum number of items of the page. */
                limit?: number;
                /** @description The `cursor` of the previous page. It is valid for the same list and reader only. */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of an earlier reply. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The album. */
                albumId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PicturePage"];
                };
            };
        };
    };
    getPublicPicture: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier reply. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The owner of the picture. */
                ownerId: string;
                /** @description The picture. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Picture"];
                };
            };
        };
    };
    evaluateRule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleToEvaluate"];
            };
        };
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Evaluation"];
                };
            };
        };
    };
    getSharedLink: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session of a link with a password. Other links ignore it. */
                "x-link-session"?: string;
            };
            path: {
                /** @description The token of the link. */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SharedLink"];
                };
            };
        };
    };
    listSharedPictures: {
        parameters: {
            query?: {
                /** @description `added` lists the pictures added last first, `taken` those taken first. */
                order?: "added" | "taken";
                /** @description The maximum number of items of the page. */
                limit?: number;
                /** @description The `cursor` of the previous page. It is valid for the same list and reader only. */
                cursor?: string;
            };
            header?: {
                /** @description The session of a link with a password. Other links ignore it. */
                "x-link-session"?: string;
            };
            path: {
                /** @description The token of the link. */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PicturePage"];
                };
            };
        };
    };
    createSharedPicture: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session of a link with a password. Other links ignore it. */
                "x-link-session"?: string;
            };
            path: {
                /** @description The token of the link. */
                token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GuestPicture"];
            };
        };
        responses: {
            /** @description The call created the object. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GuestRegistration"];
                };
            };
        };
    };
    getSharedPicture: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session of a link with a password. Other links ignore it. */
                "x-link-session"?: string;
                /** @description The key of the guest who sent the picture. */
                "x-guest-key"?: string;
            };
            path: {
                /** @description The token of the link. */
                token: string;
                /** @description The owner of the picture. */
                ownerId: string;
                /** @description The picture. */
                pictureId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SharedPicture"];
                };
            };
        };
    };
    deleteSharedPicture: {
        parameters: {
            query?: never;
            header?: {
                /** @description The session of a link with a password. Other links ignore it. */
                "x-link-session"?: string;
                /** @description The key of the guest who sent the picture. */
                "x-guest-key"?: string;
            };
            path: {
                /** @description The token of the link. */
                token: string;
                /** @description The owner of the picture. */
                ownerId: string;
                /** @description The picture. */
                pictureId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectId"];
                };
            };
        };
    };
    unlockSharedLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The token of the link. */
                token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkPassword"];
            };
        };
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkSession"];
                };
            };
        };
    };
    getStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
        };
    };
    findPeople: {
        parameters: {
            query?: {
                /** @description A whole handle. Case does not matter. */
                handle?: string;
                /** @description Beginnings of words of the first name, the last name or the handle. */
                name?: string;
                /** @description The maximum number of items of the page. */
                limit?: number;
                /** @description The `cursor` of the previous page. It is valid for the same list and reader only. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"] | components["schemas"]["ProfilePage"];
                };
            };
        };
    };
    createProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProfile"];
            };
        };
        responses: {
            /** @description The call created the object. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
        };
    };
    getProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The member. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
        };
    };
    replaceProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The caller. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProfile"];
            };
        };
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
        };
    };
    deleteAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The caller. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectId"];
                };
            };
        };
    };
    closeConnections: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The caller. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectId"];
                };
            };
        };
    };
    listPicturesOfMember: {
        parameters: {
            query?: {
                /** @description The maximum number of items of the page. */
                limit?: number;
                /** @description The `cursor` of the previous page. It is valid for the same list and reader only. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The member. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PicturePage"];
                };
            };
        };
    };
    getUsage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The caller. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call succeeded. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Usage"];
                };
            };
        };
    };
}
