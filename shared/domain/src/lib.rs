//! Models, limits, object keys and the access policy. Does not depend on AWS or HTTP.

pub mod access;
mod activity;
mod album;
mod comment;
mod developer_key;
mod feed;
mod friendship;
mod id;
mod link;
mod name;
mod notification;
pub mod object_key;
mod page;
mod picture;
mod quota;
mod sha256;
mod taken_at;
mod text;
mod upload;
mod user;
mod watch;

pub use access::{AlbumAccess, AlbumRelation, Audience, Relation};
pub use activity::{
    Activity, ActivityEvent, ActivityType, Channel, NotificationPreferences, UnsupportedChannel,
};
pub use album::{
    Album, AlbumBatch, AlbumEntry, AlbumNotices, AlbumRole, MAX_ALBUM_CHANGES, MAX_ALBUM_MEMBERS,
    MAX_ALBUM_PICTURES, MAX_ALBUMS_OF_MEMBER, MAX_ALBUMS_OF_PICTURE, MAX_RULES_PER_DAY, MAX_SMART_ALBUMS,
    Membership, RuleFailure, RuleProgress, RuleState, taken_order,
};
pub use comment::Comment;
pub use developer_key::{DeveloperKey, MAX_KEYS, MAX_KEYS_PER_DAY};
pub use feed::{AlbumRef, FeedId, FeedRow, PUBLIC_SHARDS, PictureHint};
pub use friendship::{Friendship, FriendshipPair, FriendshipState, MAX_BLOCKS, MAX_FRIENDS, MAX_REQUESTS};
pub use id::{AlbumId, CommentId, KeyId, LinkId, NotificationId, PictureId, PictureKey, UserId};
pub use link::{
    GUEST_DELETION_PERIOD, Link, LinkRefusal, LinkRights, LinkTarget, LinkToken, LinkVisits, MAX_GUEST_BYTES,
    MAX_GUEST_PICTURES, MAX_GUEST_PICTURES_PER_HOUR, MAX_LINKS, MAX_PASSWORDS, MAX_WRONG_PASSWORDS,
    WRONG_PASSWORD_PERIOD,
};
pub use name::{InvalidNameQuery, KeyWord, MAX_QUERY_CHARS, NameQuery, NameWords};
pub use notification::Notification;
pub use page::PageRequest;
pub use picture::{
    CameraFacts, ContentType, Gps, Guest, MAX_ORIGINAL_BYTES, Picture, PictureState, Rendition,
    RenditionPart, RenditionSize, Renditions, Visibility,
};
pub use quota::{
    MAX_EVALUATIONS_PER_HOUR, PictureUsage, Quota, QuotaExceeded, QuotaLimits, Window, format_thousands,
};
pub use sha256::{MAX_HASHES, Sha256, Sha256Hasher};
pub use taken_at::{InvalidTakenAt, TakenAt};
pub use text::{Text, TextError};
pub use upload::{PART_BYTES, PresignedRequest, UploadId, count_parts, part_length};
pub use user::{HANDLE_REST, Handle, InvalidHandle, MAX_HANDLE_CHANGES, User};
pub use watch::{Topic, Watch};
