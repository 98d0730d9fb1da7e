//! Events of the Pictures table.

use domain::{ActivityEvent, Audience, Picture};

/// Returns `true` if the event changes the pages of the albums that contain the picture: it becomes
/// ready, or was ready. The stream of Albums has the event if an album no longer contains it.
#[must_use]
pub fn changes_albums(event: ActivityEvent) -> bool {
    match event {
        ActivityEvent::PictureReady { .. } => true,
        ActivityEvent::PictureChanged { before, .. } => before > Audience::Nobody,
        _ => false,
    }
}

/// Derives the event from the row before and after the change.
///
/// The number of albums that contain the picture is no visible part of it. The stream of Albums has
/// the event of its change.
///
/// If the picture is ready neither before nor after the change, only a change of its failure is an
/// event. Every deletion is an event, because objects of the picture can exist in any state.
#[must_use]
pub fn derive_event(old: Option<&Picture>, new: Option<&Picture>) -> Option<ActivityEvent> {
    let before = Audience::of(old);
    let Some(new) = new else {
        return old.map(|old| ActivityEvent::PictureRemoved { picture: old.key, before });
    };
    let picture = new.key;
    let was_ready = before > Audience::Nobody;
    if !was_ready && Audience::of(Some(new)) > Audience::Nobody {
        return Some(ActivityEvent::PictureReady { picture });
    }
    let failure_changed = old.and_then(|old| old.failure.as_ref()) != new.failure.as_ref();
    let is_visible_change = |old: &Picture| Picture { albums: new.albums, ..old.clone() } != *new;
    let changed = (was_ready && old.is_some_and(is_visible_change)) || failure_changed;
    changed.then_some(ActivityEvent::PictureChanged { picture, before })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Visibility::{Friends, Private, Public};
    use testing::{ready_picture, registered_picture};

    fn processing() -> Picture {
        Picture { metadata: None, ..ready_picture(Public) }
    }

    fn failed(failure: &str) -> Picture {
        Picture { failure: Some(failure.into()), ..registered_picture() }
    }

    fn captioned(picture: Picture) -> Picture {
        Picture { caption: Some("A day at the lake".into()), ..picture }
    }

    fn in_albums(picture: Picture, albums: u32) -> Picture {
        Picture { albums, ..picture }
    }

    #[test]
    fn each_transition_has_its_event() {
        let Picture { key: picture, uploaded_at, .. } = registered_picture();
        let is_ready = Some(ActivityEvent::PictureReady { picture });
        let changed = |before| Some(ActivityEvent::PictureChanged { picture, before });
        let removed = |before| Some(ActivityEvent::PictureRemoved { picture, before });
        let (nobody, owner) = (Audience::Nobody, Audience::Owner);
        let (friends, everyone) = (Audience::Friends, Audience::Everyone);
        for (old, new, expected) in [
            // Not ready.
            (None, Some(registered_picture()), None),
            (Some(registered_picture()), Some(registered_picture()), None),
            (Some(registered_picture()), Some(captioned(registered_picture())), None),
            (Some(registered_picture()), Some(processing()), None),
            (Some(processing()), Some(captioned(processing())), None),
            // Ready.
            (None, Some(ready_picture(Private)), is_ready),
            (Some(registered_picture()), Some(ready_picture(Private)), is_ready),
            (Some(processing()), Some(ready_picture(Public)), is_ready),
            (Some(failed("No.")), Some(ready_picture(Friends)), is_ready),
            // Changed.
            (Some(ready_picture(Public)), Some(ready_picture(Public)), None),
            (Some(ready_picture(Public)), Some(ready_picture(Private)), changed(everyone)),
            (Some(ready_picture(Friends)), Some(ready_picture(Public)), changed(friends)),
            (Some(ready_picture(Private)), Some(captioned(ready_picture(Private))), changed(owner)),
            (Some(ready_picture(Public)), Some(processing()), changed(everyone)),
            // Albums.
            (Some(ready_picture(Public)), Some(in_albums(ready_picture(Public), 1)), None),
            (Some(in_albums(ready_picture(Private), 2)), Some(in_albums(ready_picture(Private), 1)), None),
            (Some(in_albums(processing(), 1)), Some(processing()), None),
            (Some(in_albums(ready_picture(Public), 1)), Some(ready_picture(Private)), changed(everyone)),
            (Some(processing()), Some(in_albums(ready_picture(Public), 1)), is_ready),
            // Failed.
            (None, Some(failed("No.")), changed(nobody)),
            (Some(registered_picture()), Some(failed("No.")), changed(nobody)),
            (Some(processing()), Some(failed("No.")), changed(nobody)),
            (Some(ready_picture(Friends)), Some(failed("No.")), changed(friends)),
            (Some(failed("No.")), Some(failed("No.")), None),
            (Some(failed("No.")), Some(captioned(failed("No."))), None),
            (Some(failed("No.")), Some(failed("Never.")), changed(nobody)),
            (Some(failed("No.")), Some(registered_picture()), changed(nobody)),
            // Deleted.
            (Some(registered_picture()), None, removed(nobody)),
            (Some(processing()), None, removed(nobody)),
            (Some(failed("No.")), None, removed(nobody)),
            (Some(ready_picture(Private)), None, removed(owner)),
            (Some(ready_picture(Friends)), None, removed(friends)),
            (Some(ready_picture(Public)), None, removed(everyone)),
            (None, None, None),
        ] {
            let [old, new] = [old, new].map(|row| row.map(|row| Picture { uploaded_at, ..row }));
            assert_eq!(derive_event(old.as_ref(), new.as_ref()), expected, "{old:?} -> {new:?}");
        }
    }
}
