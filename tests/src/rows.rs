//! Builds rows of the tables Pictures, in any state and without objects in S3, and Albums.

use domain::{
    Album, AlbumId, CameraFacts, ContentType, Gps, Picture, PictureId, PictureKey, PictureState, Rendition,
    Renditions, UserId, Visibility,
};
use jiff::Timestamp;

/// Builds a picture in a state, with a GPS position, which only the owner can view.
pub fn picture(owner_id: UserId, visibility: Visibility, state: PictureState) -> Picture {
    let key = PictureKey { owner_id, picture_id: PictureId::new() };
    let registered = Picture::register(key, visibility, ContentType::Jpeg, 1_000);
    match state {
        PictureState::AwaitingUpload => registered,
        PictureState::Processing => with_facts(registered),
        PictureState::Ready => with_renditions(with_facts(registered)),
        PictureState::Failed => {
            Picture { failure: Some("This is not a picture.".into()), ..with_facts(registered) }
        }
    }
}

/// Builds a private album without a description, members and pictures.
pub fn album(owner_id: UserId) -> Album {
    let now = Timestamp::now();
    Album {
        album_id: AlbumId::new(),
        owner_id,
        title: "Oslo".into(),
        description: None,
        visibility: Visibility::Private,
        cover: None,
        count: 0,
        members: 0,
        created_at: now,
        updated_at: now,
    }
}

/// Adds the attributes that `metadata` writes.
fn with_facts(picture: Picture) -> Picture {
    let gps = Some(Gps { latitude: 47.9, longitude: 11.3, altitude: None });
    Picture { metadata: Some(CameraFacts::default()), gps, ..picture }
}

/// Adds the attributes that `thumbnail` writes.
fn with_renditions(picture: Picture) -> Picture {
    let size = Rendition { width: 3, height: 2, bytes: 100 };
    let renditions = Some(Renditions { small: size.clone(), large: size });
    Picture { renditions, width: Some(3), height: Some(2), thumbhash: Some("AAAA".into()), ..picture }
}
