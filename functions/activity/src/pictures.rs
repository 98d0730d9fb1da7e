//! What a change of a picture means.

use domain::{ActivityEvent, Audience, Picture};

/// From the row before and after the change. While a picture can be shown, every change of it counts; before, only that it cannot be
/// shown at all, and why. Its end always counts, because objects may hang on it.
#[must_use]
pub fn what(old: Option<&Picture>, new: Option<&Picture>) -> Option<What> {
    let before = Audience::of(old);
    let Some(new) = new else {
        return old.map(|old| ActivityEvent::PictureRemoved { picture: old.key, before });
    };
    let picture = new.key;
    let was_shown = before > Audience::Nobody;
    if !was_shown && Audience::of(Some(new)) > Audience::Nobody {
        return Some(ActivityEvent::PictureReady { picture });
    }
    let failed_otherwise = old.and_then(|old| old.failure.as_ref()) != new.failure.as_ref();
    let changed = (was_shown && old != Some(new)) || failed_otherwise;
    changed.then_some(ActivityEvent::PictureChanged { picture, before })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Visibility::{Friends, Private, Public};
    use testing::{ready, registered};

    fn processing() -> Picture {
        Picture { metadata: None, ..ready(Public) }
    }

    fn failed(failure: &str) -> Picture {
        Picture { failure: Some(failure.into()), ..registered() }
    }

    fn captioned(picture: Picture) -> Picture {
        Picture { caption: Some("A day at the lake".into()), ..picture }
    }

    #[test]
    fn every_transition() {
        let Picture { key: picture, uploaded_at, .. } = registered();
        let is_ready = Some(ActivityEvent::PictureReady { picture });
        let changed = |before| Some(ActivityEvent::PictureChanged { picture, before });
        let removed = |before| Some(ActivityEvent::PictureRemoved { picture, before });
        let (nobody, owner) = (Audience::Nobody, Audience::Owner);
        let (friends, everyone) = (Audience::Friends, Audience::Everyone);
        for (old, new, expected) in [
            // On its way.
            (None, Some(registered()), None),
            (Some(registered()), Some(registered()), None),
            (Some(registered()), Some(captioned(registered())), None),
            (Some(registered()), Some(processing()), None),
            (Some(processing()), Some(captioned(processing())), None),
            // Ready.
            (None, Some(ready(Private)), is_ready),
            (Some(registered()), Some(ready(Private)), is_ready),
            (Some(processing()), Some(ready(Public)), is_ready),
            (Some(failed("No.")), Some(ready(Friends)), is_ready),
            // Changed.
            (Some(ready(Public)), Some(ready(Public)), None),
            (Some(ready(Public)), Some(ready(Private)), changed(everyone)),
            (Some(ready(Friends)), Some(ready(Public)), changed(friends)),
            (Some(ready(Private)), Some(captioned(ready(Private))), changed(owner)),
            (Some(ready(Public)), Some(processing()), changed(everyone)),
            // Failed.
            (None, Some(failed("No.")), changed(nobody)),
            (Some(registered()), Some(failed("No.")), changed(nobody)),
            (Some(processing()), Some(failed("No.")), changed(nobody)),
            (Some(ready(Friends)), Some(failed("No.")), changed(friends)),
            (Some(failed("No.")), Some(failed("No.")), None),
            (Some(failed("No.")), Some(captioned(failed("No."))), None),
            (Some(failed("No.")), Some(failed("Never.")), changed(nobody)),
            (Some(failed("No.")), Some(registered()), changed(nobody)),
            // Gone.
            (Some(registered()), None, removed(nobody)),
            (Some(processing()), None, removed(nobody)),
            (Some(failed("No.")), None, removed(nobody)),
            (Some(ready(Private)), None, removed(owner)),
            (Some(ready(Friends)), None, removed(friends)),
            (Some(ready(Public)), None, removed(everyone)),
            (None, None, None),
        ] {
            let [old, new] = [old, new].map(|row| row.map(|row| Picture { uploaded_at, ..row }));
            assert_eq!(what(old.as_ref(), new.as_ref()), expected, "{old:?} -> {new:?}");
        }
    }
}
