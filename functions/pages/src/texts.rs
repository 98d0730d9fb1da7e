//! All texts of the pages, in English. A translation replaces this file.

use jiff::civil::Date;

pub const SKIP_TO_CONTENT: &str = "Skip to the content";
pub const SITE: &str = "Site";
pub const ABOUT_SITE: &str = "About this site";
pub const EXPLORE: &str = "Explore";
pub const OPEN_IN_APP: &str = "Open in the app";
pub const PAGES: &str = "Pages";
pub const FIRST_PAGE: &str = "First page";
pub const NEXT_PAGE: &str = "Next page";
pub const NEIGHBORS: &str = "Neighboring pictures";
pub const NEWER: &str = "Newer picture";
pub const OLDER: &str = "Older picture";
pub const SUBSCRIBE: &str = "Subscribe";
pub const ALBUMS: &str = "Albums";
pub const COMMENTS: &str = "Comments";
pub const COMMENT: &str = "Comment in the app";
pub const MORE_COMMENTS: &str = "Read all comments in the app";
pub const DETAILS: &str = "Details";
pub const TAKEN: &str = "Taken";
pub const UPLOADED: &str = "Uploaded";
pub const PLACE: &str = "Place";
pub const CAMERA: &str = "Camera";
pub const LENS: &str = "Lens";
pub const EXPOSURE: &str = "Exposure";
pub const SIZE: &str = "Size";
pub const FULL_SIZE: &str = "View the large image";
pub const DOWNLOAD: &str = "Download the original";
pub const ADD_PICTURES: &str = "Add your pictures";
pub const PASSWORD: &str = "Password";
pub const UNLOCK: &str = "Open";
pub const BACK_TO_ALBUM: &str = "Back to the album";
pub const CONTACT: &str = "Contact";
pub const IMPRINT: &str = "Imprint";
pub const TERMS: &str = "Terms";
pub const PRIVACY: &str = "Privacy";
pub const GO_TO_START: &str = "Go to the start";

pub const EXPLORE_DESCRIPTION: &str = "The newest public pictures.";
pub const NO_PICTURES: &str = "There are no public pictures yet.";
pub const NO_MORE_PICTURES: &str = "There are no more pictures here.";
pub const EMPTY_ALBUM: &str = "This album has no pictures yet.";
pub const SHARED_PICTURE: &str = "A shared picture";
pub const A_MEMBER: &str = "A member";

pub const NOT_FOUND: &str = "Page not found";
pub const NOT_FOUND_REASON: &str = "Check the address for mistakes. The page may also be deleted or private.";
pub const SIGN_IN_TO_VIEW: &str = "If somebody shared the page with you, sign in to view it.";
pub const NO_LINK: &str = "This link does not work";
pub const NO_LINK_REASON: &str = "It has expired, or its owner revoked it. Ask the sender for a new one.";
pub const PICTURE_NOT_IN_LINK: &str = "This picture is not shared by this link";
pub const PICTURE_NOT_IN_LINK_REASON: &str =
    "It was removed from the album or deleted, or the address has a mistake.";
pub const GO_TO_LINK: &str = "View what the link shares";
pub const IMAGE_NOT_FOUND: &str = "There is no public image at this address.\n";
pub const LOCKED: &str = "This link needs a password";
pub const LOCKED_REASON: &str = "Ask the sender of the link for the password.";
pub const WRONG_PASSWORD: &str = "This is not the password of the link. Try again.";
pub const TOO_MANY_ATTEMPTS: &str = "Too many wrong passwords. Wait 15 minutes, then try again.";
pub const INVALID: &str = "This address is not valid";
pub const INVALID_REASON: &str = "The link to this page may be out of date. Go back and open it again.";
pub const FAILED: &str = "Something went wrong on our side";
pub const FAILED_REASON: &str = "Reload the page in a moment.";

/// Returns the title of a page with the name of the site.
pub fn page_title(page: &str, site: &str) -> String {
    format!("{page} · {site}")
}

pub fn picture_by(owner: &str) -> String {
    format!("Picture by {owner}")
}

pub fn pictures_by(owner: &str) -> String {
    format!("Public pictures by {owner}")
}

pub fn by(owner: &str) -> String {
    format!("by {owner}")
}

pub fn sent_by_guest(guest: &str) -> String {
    format!("sent by {guest}")
}

pub fn album_by(title: &str, owner: &str) -> String {
    format!("{title}, an album by {owner}")
}

pub fn number_of_pictures(count: u32) -> String {
    match count {
        1 => "1 picture".into(),
        count => format!("{count} pictures"),
    }
}

/// Formats a date, such as `28 November 2026`.
pub fn date(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

pub fn pixels(width: u32, height: u32) -> String {
    format!("{width} × {height}")
}

pub fn aperture(f_number: f64) -> String {
    format!("f/{f_number}")
}

pub fn exposure_time(seconds: &str) -> String {
    format!("{seconds} s")
}

pub fn iso(iso: u32) -> String {
    format!("ISO {iso}")
}

pub fn focal_length(millimetres: f64) -> String {
    format!("{millimetres} mm")
}
