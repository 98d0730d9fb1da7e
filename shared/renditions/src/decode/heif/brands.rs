//! What a file says it is in its first box (ISO/IEC 14496-12, 4.3).

use super::container::Container;
use super::fields::{Fields, Kind};

/// What the pictures of a file are coded with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    /// HEVC (ISO/IEC 23008-12, annex B).
    Hevc,
    /// AV1 (<https://aomediacodec.github.io/av1-avif/>).
    Av1,
}

/// What a file is that begins with a `ftyp` box of pictures; nothing where it does not, as videos do.
///
/// Brands that speak of structure alone say nothing of the codec: then the type of the picture decides.
pub(crate) fn recognise(bytes: &[u8]) -> Option<Codec> {
    let (kind, ftyp) = Fields(bytes).next_box()?;
    let mut brands = ftyp.0.chunks_exact(4).enumerate().filter(|(place, _)| *place != 1);
    if &kind != b"ftyp" {
        return None;
    }
    let mut of_pictures = false;
    for (_, brand) in brands.by_ref() {
        match brand {
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => return Some(Codec::Hevc),
            b"avif" | b"avis" => return Some(Codec::Av1),
            b"mif1" | b"mif2" | b"msf1" => of_pictures = true,
            _ => {}
        }
    }
    if of_pictures { by_item(bytes) } else { None }
}

fn by_item(bytes: &[u8]) -> Option<Codec> {
    let container = Container::parse(bytes).ok()?;
    let kind = |id| container.item(id).ok().map(|item| item.kind);
    let primary = kind(container.primary)?;
    let first = || container.referenced(container.primary, b"dimg").first().and_then(|&id| kind(id));
    codec_of(&primary).or_else(|| first().as_ref().and_then(codec_of))
}

/// The codec of an item of pixels.
pub(super) fn codec_of(kind: &Kind) -> Option<Codec> {
    match kind {
        b"hvc1" | b"hev1" => Some(Codec::Hevc),
        b"av01" => Some(Codec::Av1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(brands: &[u8]) -> Vec<u8> {
        let length = u32::try_from(brands.len() + 8).unwrap();
        [&length.to_be_bytes(), b"ftyp".as_slice(), brands].concat()
    }

    #[test]
    fn brands_decide() {
        assert_eq!(recognise(&file(b"heic\0\0\0\0mif1heic")), Some(Codec::Hevc));
        assert_eq!(recognise(&file(b"mif1\0\0\0\0mif1miafheix")), Some(Codec::Hevc));
        assert_eq!(recognise(&file(b"avif\0\0\0\0avifmif1miaf")), Some(Codec::Av1));
        assert_eq!(recognise(&file(b"mif1\0\0\0\0mif1avif")), Some(Codec::Av1));
        assert_eq!(recognise(&file(b"isom\0\0\0\0isommp41")), None);
        assert_eq!(recognise(&file(b"isomavif")), None, "the minor version is no brand");
        assert_eq!(recognise(b"\0\0\0\x10moov"), None);
    }
}
