//! Builds rows of the tables Pictures, in any state and without objects in S3.

use domain::{
    CameraFacts, ContentType, Gps, Picture, PictureId, PictureKey, PictureState, Rendition, Renditions,
    UserId, Visibility,
};

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
