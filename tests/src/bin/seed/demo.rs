//! The demo people and pictures.

use domain::Visibility::{self, Friends, Private, Public};

/// A demo person.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// Unique handle, also the local part of the e-mail address.
    pub handle: &'static str,
    /// Given name.
    pub first_name: &'static str,
    /// Family name.
    pub last_name: &'static str,
}

/// All demo people.
pub const PEOPLE: [Person; 5] = [
    Person { handle: "mira.holm", first_name: "Mira", last_name: "Holm" },
    Person { handle: "jonas.weber", first_name: "Jonas", last_name: "Weber" },
    Person { handle: "aiko.tanaka", first_name: "Aiko", last_name: "Tanaka" },
    Person { handle: "samuel.oduya", first_name: "Samuel", last_name: "Oduya" },
    Person { handle: "lucia.rossi", first_name: "Lucia", last_name: "Rossi" },
];

/// Indices of the sender and recipient of an open friend request. All other pairs are friends.
pub const OPEN_REQUEST: (usize, usize) = (4, 0);

/// A generated picture. Its index determines its appearance and its owner.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    /// Caption by the owner.
    pub caption: &'static str,
    /// The members who can view the picture besides its owner.
    pub visibility: Visibility,
    /// Local capture time in EXIF format.
    pub taken: &'static str,
}

const fn scene(caption: &'static str, visibility: Visibility, taken: &'static str) -> Scene {
    Scene { caption, visibility, taken }
}

/// Widths and heights in pixels, used in rotation.
pub const SIZES: [(u32, u32); 6] =
    [(1800, 1200), (1200, 1600), (2400, 1000), (1500, 1500), (1600, 1200), (1080, 1920)];

/// All generated pictures, oldest first.
pub const SCENES: [Scene; 30] = [
    scene("First light over the ridges", Public, "2024:03:02 06:41:10"),
    scene("Noon, and nobody on the path", Public, "2024:03:16 12:05:44"),
    scene("The evening we nearly missed the boat", Friends, "2024:04:01 19:58:02"),
    scene("Full moon, eight minutes past midnight", Public, "2024:04:24 00:08:31"),
    scene("Dust in the air, still warm", Public, "2024:05:05 17:20:09"),
    scene("A quiet grey morning", Private, "2024:05:19 07:45:55"),
    scene("Green light at the end of the lake", Public, "2024:06:01 23:12:40"),
    scene("Pink for three minutes", Public, "2024:06:09 05:02:17"),
    scene("From the hut's window", Friends, "2024:06:22 06:10:00"),
    scene("Lunch stop with a view", Public, "2024:07:03 13:31:25"),
    scene("The last bus went without us", Friends, "2024:07:14 20:47:38"),
    scene("Could not sleep, went out", Private, "2024:07:28 02:15:12"),
    scene("Sand between all my teeth", Friends, "2024:08:04 16:02:59"),
    scene("Rain is coming", Public, "2024:08:17 11:26:03"),
    scene("That colour, again", Public, "2024:08:30 22:54:20"),
    scene("Before anyone else was up", Friends, "2024:09:08 06:33:47"),
    scene("Two hours of silence", Friends, "2024:09:15 08:19:06"),
    scene("The long way home", Public, "2024:09:29 14:40:31"),
    scene("Seven ridges, if you count the clouds", Public, "2024:10:06 18:22:18"),
    scene("Stars before supper", Public, "2024:10:19 19:36:50"),
    scene("Dry season", Private, "2024:11:02 15:11:29"),
    scene("Fog below, sun above", Public, "2024:11:16 09:27:14"),
    scene("The lake, holding its breath", Public, "2024:11:30 21:05:42"),
    scene("A cold clear morning", Public, "2024:12:14 08:03:33"),
    scene("New year, old hills", Friends, "2025:01:01 08:31:00"),
    scene("The blue hour was mostly blue", Public, "2025:01:19 16:48:22"),
    scene("Embers", Public, "2025:02:08 17:55:37"),
    scene("Night walk, no torch", Public, "2025:02:22 22:20:08"),
    scene("Where the road ends", Public, "2025:03:09 10:14:51"),
    scene("Not for the album", Private, "2025:03:23 12:59:16"),
];
