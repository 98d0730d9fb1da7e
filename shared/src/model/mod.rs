//! The domain: what people, pictures and feeds are. Pure; knows no AWS.

mod activity;
mod comment;
mod feed;
mod friendship;
mod hash;
mod id;
mod notification;
mod picture;
mod text;
mod user;

pub use activity::{Activity, ActivityType, Channel, Choices, NotNews, What};
pub use comment::Comment;
pub use feed::{Audience, FeedId, FeedRow, PUBLIC_SHARDS};
pub use friendship::{Friendship, FriendshipState, MOST_FRIENDS, MOST_REQUESTS};
pub use hash::Sha256;
pub use id::{CommentId, NotificationId, PictureId, PictureKey, UserId};
pub use notification::Notification;
pub use picture::{
    CameraFacts, ContentType, Gps, MOST_BYTES, Picture, Reader, Rendered, Rendition, RenditionSize,
    Renditions, State, Visibility,
};
pub use text::{Text, TextError};
pub use user::{Handle, NotAHandle, User};
