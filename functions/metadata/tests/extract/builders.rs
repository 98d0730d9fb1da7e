//! Builds metadata and picture files.

/// Byte order of a TIFF structure.
#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    Little,
    Big,
}

pub(super) const ORDERS: [Order; 2] = [Order::Little, Order::Big];

/// A value in a TIFF directory.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(&'static str),
    Raw(Vec<u8>),
    Byte(u8),
    Short(Vec<u16>),
    Long(u32),
    Rational(Vec<(u32, u32)>),
    SignedRational(i32, i32),
    Child(Vec<(u16, Value)>),
}

impl Order {
    fn short(self, value: u16) -> [u8; 2] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }

    fn long(self, value: u32) -> [u8; 4] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }
}

/// Builds a TIFF structure with these values in its first directory.
pub(super) fn tiff(order: Order, values: &[(u16, Value)]) -> Vec<u8> {
    let mut out = match order {
        Order::Little => b"II*\0".to_vec(),
        Order::Big => b"MM\0*".to_vec(),
    };
    out.extend(order.long(8));
    directory(order, &mut out, values);
    out
}

fn directory(order: Order, out: &mut Vec<u8>, values: &[(u16, Value)]) {
    let mut slot = out.len() + 2;
    out.extend(order.short(values.len() as u16));
    out.resize(out.len() + 12 * values.len() + 4, 0);
    for (tag, value) in values {
        let (kind, count, bytes) = encode(order, out, value);
        let mut entry = [order.short(*tag), order.short(kind)].concat();
        entry.extend(order.long(count));
        if bytes.len() <= 4 {
            entry.extend(&bytes);
        } else {
            entry.extend(order.long(out.len() as u32));
            out.extend(&bytes);
        }
        entry.resize(12, 0);
        out[slot..slot + 12].copy_from_slice(&entry);
        slot += 12;
    }
}

/// Returns the type, the count and the bytes of a value. Writes a child directory to `out`.
fn encode(order: Order, out: &mut Vec<u8>, value: &Value) -> (u16, u32, Vec<u8>) {
    match value {
        Value::Text(text) => (2, text.len() as u32 + 1, [text.as_bytes(), b"\0"].concat()),
        Value::Raw(bytes) => (2, bytes.len() as u32, bytes.clone()),
        Value::Byte(byte) => (1, 1, vec![*byte]),
        Value::Short(values) => {
            (3, values.len() as u32, values.iter().flat_map(|v| order.short(*v)).collect())
        }
        Value::Long(value) => (4, 1, order.long(*value).to_vec()),
        Value::Rational(values) => {
            let bytes = values.iter().flat_map(|(n, d)| [order.long(*n), order.long(*d)].concat());
            (5, values.len() as u32, bytes.collect())
        }
        Value::SignedRational(n, d) => {
            (10, 1, [order.long(n.cast_unsigned()), order.long(d.cast_unsigned())].concat())
        }
        Value::Child(values) => {
            let at = out.len() as u32;
            directory(order, out, values);
            (4, 1, order.long(at).to_vec())
        }
    }
}

/// Builds a JPEG of 600 × 450 pixels up to its scan, with these segments (marker code, body) before
/// the frame header.
pub(super) fn jpeg(segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut out = vec![0xFF, 0xD8];
    for (code, contents) in segments {
        out.extend([0xFF, *code]);
        out.extend((contents.len() as u16 + 2).to_be_bytes());
        out.extend(contents);
    }
    out.extend([0xFF, 0xC0, 0, 11, 8, 1, 0xC2, 2, 0x58, 1, 1, 0x11, 0, 0xFF, 0xDA]);
    out
}

/// Builds the segment with EXIF.
pub(super) fn exif_segment(tiff: &[u8]) -> (u8, Vec<u8>) {
    (0xE1, [b"Exif\0\0", tiff].concat())
}

/// Builds the segment with XMP.
pub(super) fn xmp_segment(packet: &str) -> (u8, Vec<u8>) {
    (0xE1, [b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()].concat())
}

/// Builds an XMP packet with these attributes and elements in its description.
pub(super) fn xmp(attributes: &str, elements: &str) -> String {
    format!(
        r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
        xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
        xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
        xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/"
        {attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"#
    )
}

/// Builds IPTC data sets of the application record.
pub(super) fn iptc(sets: &[(u8, &[u8])]) -> Vec<u8> {
    let set = |(number, value): &(u8, &[u8])| {
        [&[0x1C, 2, *number], &(value.len() as u16).to_be_bytes()[..], value].concat()
    };
    // The first data set declares the character set UTF-8.
    [b"\x1C\x01\x5A\0\x03\x1B%G".to_vec(), sets.iter().flat_map(set).collect()].concat()
}

/// Builds Photoshop resources: one with a name and an odd length, then the IPTC records.
pub(super) fn photoshop(iptc: &[u8]) -> Vec<u8> {
    let mut out = b"8BIM\x04\x25\x02ab\0\0\0\0\x03xyz\0".to_vec();
    out.extend(b"8BIM\x04\x04\0\0");
    out.extend((iptc.len() as u32).to_be_bytes());
    out.extend(iptc);
    out
}

/// Builds the segment with IPTC in Photoshop resources.
pub(super) fn iptc_segment(iptc: &[u8]) -> (u8, Vec<u8>) {
    (0xED, [b"Photoshop 3.0\0", &photoshop(iptc)[..]].concat())
}

/// Builds a PNG of 600 × 450 pixels with these chunks. Its CRCs are invalid.
pub(super) fn png(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let header = [600u32.to_be_bytes(), 450u32.to_be_bytes()].concat();
    let mut out = b"\x89PNG\r\n\x1A\n".to_vec();
    for (kind, contents) in [(b"IHDR", header)].iter().chain(chunks).chain(&[(b"IEND", Vec::new())]) {
        out.extend((contents.len() as u32).to_be_bytes());
        out.extend(*kind);
        out.extend(contents);
        out.extend([0; 4]);
    }
    out
}

/// Builds an extended WebP of 600 × 450 pixels with these flags and chunks.
pub(super) fn webp(flags: u8, chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let canvas = vec![flags, 0, 0, 0, 0x57, 2, 0, 0xC1, 1, 0];
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    for (kind, contents) in [(b"VP8X", canvas)].iter().chain(chunks) {
        out.extend(*kind);
        out.extend((contents.len() as u32).to_le_bytes());
        out.extend(contents);
        out.resize(out.len().next_multiple_of(2), 0);
    }
    out
}
