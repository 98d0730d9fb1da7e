//! No text of a person becomes markup.

use domain::{CameraFacts, Guest, LinkId, Picture, PictureKey, Sha256, Text, Visibility};
use html5gum::{DefaultEmitter, Token, Tokenizer};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::feeds::Element;
use crate::links::link;
use crate::world::{SITE, TOKEN, World, ada, album, member, path_of, picture, sample_picture};

/// Parts of texts that mean something in HTML, in JSON, in XML or in URLs.
const PARTS: [&str; 36] = [
    "</script>",
    "<script>alert(1)</script>",
    "</SCRIPT\n>",
    "<!--",
    "-->",
    "<!doctype x>",
    "]]>",
    "<![CDATA[",
    "<?xml?>",
    "</title>",
    "</textarea></style>",
    "<img src=x onerror=alert(1)>",
    "\" onload=\"alert(1)",
    "' onload='alert(1)",
    "\"><b>",
    "'><b>",
    "</feed>",
    "</entry><entry>",
    "javascript:alert(1)",
    "&amp;",
    "&#60;",
    "&lt;b&gt;",
    "&quot;",
    "&",
    "\\",
    "\\u003c",
    "\"",
    "'",
    "`",
    "<",
    ">",
    "{{ 1 }}",
    "{% raw %}",
    "\u{2028}",
    "\u{feff}",
    "é\u{301}😀",
];

/// The texts that people can choose, all cleaned by their policy.
#[derive(Clone, Debug)]
struct Texts {
    first_name: String,
    last_name: String,
    caption: String,
    place: String,
    title: String,
    description: String,
    guest: String,
    comment: String,
    /// The camera, the lens and the exposure time, which a file contains.
    camera: String,
}

impl Texts {
    /// Cleans the texts as the functions that store them do.
    fn clean(texts: &[String; 9]) -> Self {
        let clean = |text: &str, policy: Text| {
            let text: String = text.chars().take(policy.max_chars - 10).collect();
            // No text is empty, so that all pages have the same parts.
            policy.clean(&format!("x{text}")).unwrap().unwrap()
        };
        let [first_name, last_name, caption, place, title, description, guest, comment, camera] = texts;
        Self {
            first_name: clean(first_name, Text::FIRST_NAME),
            last_name: clean(last_name, Text::LAST_NAME),
            caption: clean(caption, Text::CAPTION),
            place: clean(place, Text::PLACE),
            title: clean(title, Text::TITLE),
            description: clean(description, Text::DESCRIPTION),
            guest: clean(guest, Text::GUEST_NAME),
            comment: clean(comment, Text::COMMENT),
            camera: clean(camera, Text::PLACE),
        }
    }

    fn harmless() -> Self {
        Self::clean(&[(); 9].map(|()| "text".to_owned()))
    }

    fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// The picture of the sample events.
    fn picture(&self) -> Picture {
        Picture {
            caption: Some(self.caption.clone()),
            place: Some(self.place.clone()),
            metadata: Some(CameraFacts {
                camera: Some(self.camera.clone()),
                lens: Some(self.camera.clone()),
                exposure: Some(self.camera.clone()),
                ..CameraFacts::default()
            }),
            albums: 1,
            ..sample_picture(Visibility::Public)
        }
    }

    fn picture_of_guest(&self) -> Picture {
        let guest = Guest { name: self.guest.clone(), link_id: LinkId::new(), key_hash: Sha256::of(b"") };
        Picture { guest: Some(guest), albums: 1, ..picture(ada(), 7, Visibility::Private) }
    }

    fn world(&self) -> World {
        let pictures = [self.picture(), self.picture_of_guest()];
        let mut world = World::empty()
            .with_user(ada(), "ada", &self.first_name, &self.last_name)
            .with_user(member(2), "bob", &self.first_name, &self.last_name)
            .with_picture(pictures[0].clone())
            .with_picture(pictures[1].clone())
            .with_comment(pictures[0].key, member(2), &self.comment)
            .with_album(Visibility::Public, &pictures)
            .with_link(&link());
        let texts = json!({ "title": self.title, "description": self.description });
        world.albums.change_album(album(), &texts);
        world.settings.title.clone_from(&self.title);
        world
    }
}

prop_compose! {
    fn text()(
        parts in prop::collection::vec(prop_oneof![
            4 => prop::sample::select(&PARTS[..]).prop_map(str::to_owned),
            1 => any::<char>().prop_map(String::from),
            1 => prop::char::range('\0', '\u{9f}').prop_map(String::from),
        ], 1..6)
    ) -> String {
        parts.concat()
    }
}

prop_compose! {
    fn texts()(texts in prop::array::uniform9(text())) -> Texts {
        Texts::clean(&texts)
    }
}

fn key_of_guest() -> PictureKey {
    picture(ada(), 7, Visibility::Private).key
}

fn html_pages() -> Vec<String> {
    let guest = key_of_guest();
    vec![
        "/explore".into(),
        "/@ada".into(),
        path_of(&sample_picture(Visibility::Public)),
        format!("/@ada/{}", guest.picture_id),
        format!("/albums/{}", album()),
        format!("/s/{TOKEN}"),
        format!("/s/{TOKEN}/{}", sample_picture(Visibility::Public).key),
        format!("/s/{TOKEN}/{guest}"),
        "/nothing".into(),
    ]
}

fn feeds() -> Vec<String> {
    vec!["/feed.xml".into(), "/@ada/feed.xml".into(), format!("/albums/{}/feed.xml", album())]
}

/// The tags of a document with the names of their attributes, and its text.
#[derive(Debug, Default, PartialEq)]
struct Document {
    tags: Vec<String>,
    text: String,
    /// The values of attributes with addresses.
    addresses: Vec<String>,
    /// The values of other attributes.
    values: Vec<String>,
}

impl Document {
    fn parse(html: &str) -> Self {
        let mut emitter = DefaultEmitter::default();
        // The content of `script` and `title` is no markup.
        emitter.naively_switch_states(true);
        let mut document = Self::default();
        for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
            match token {
                Token::StartTag(tag) => {
                    let mut start = format!("<{}", String::from_utf8_lossy(&tag.name));
                    for (name, value) in &tag.attributes {
                        let name = String::from_utf8_lossy(name);
                        let value = String::from_utf8_lossy(value).into_owned();
                        start = format!("{start} {name}");
                        match &*name {
                            "href" | "src" | "srcset" | "action" => document.addresses.push(value),
                            _ => document.values.push(value),
                        }
                    }
                    document.tags.push(start);
                }
                Token::EndTag(tag) => document.tags.push(format!("/{}", String::from_utf8_lossy(&tag.name))),
                Token::String(text) => document.text += &String::from_utf8_lossy(&text),
                Token::Comment(_) => document.tags.push("comment".into()),
                Token::Doctype(_) => document.tags.push("doctype".into()),
                Token::Error(error) => document.tags.push(format!("error {error:?}")),
            }
        }
        document
    }

    fn shows(&self, text: &str) -> bool {
        self.text.contains(text) || self.values.iter().any(|value| value.contains(text))
    }
}

/// All documents of the site: HTML, JSON-LD, Atom, the sitemap and oEmbed.
#[derive(Debug, Default)]
struct Documents {
    html: Vec<Document>,
    xml: Vec<Element>,
    json: Vec<Value>,
}

impl Documents {
    fn read(texts: &Texts) -> Self {
        let world = texts.world();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut documents = Self::default();
            for path in html_pages() {
                let page = world.get(&path).await;
                if page.body.contains("ld+json") {
                    documents.json.push(page.json_ld());
                }
                documents.html.push(Document::parse(&page.body));
            }
            for path in feeds() {
                let feed = Element::parse(&world.get(&path).await.body);
                for entry in feed.all("entry") {
                    documents.html.push(Document::parse(entry.text("content")));
                }
                documents.xml.push(feed);
            }
            let sitemap = world.get("/sitemap.xml?after=ffffffff-ffff-ffff-ffff-ffffffffffff").await;
            documents.xml.push(Element::parse(&sitemap.body));
            let path = path_of(&sample_picture(Visibility::Public));
            let oembed = world.get(&format!("/oembed?url={SITE}{path}")).await;
            documents.json.push(serde_json::from_str(&oembed.body).unwrap());
            documents
        })
    }
}

/// Returns the names of all objects in a value.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Object(object) => {
            object.iter().flat_map(|(name, value)| [vec![name.clone()], names(value)].concat()).collect()
        }
        Value::Array(list) => list.iter().flat_map(names).collect(),
        _ => Vec::new(),
    }
}

fn is_safe_address(address: &str) -> bool {
    let is_site = address.strip_prefix(SITE).is_some_and(|path| path.starts_with('/'));
    let is_path = address.starts_with('/') && !address.starts_with("//");
    is_site || is_path || address == "#content"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_text_becomes_markup(texts in texts()) {
        let (expected, found) = (Documents::read(&Texts::harmless()), Documents::read(&texts));
        prop_assert_eq!(expected.html.len(), found.html.len());
        for (expected, found) in expected.html.iter().zip(&found.html) {
            prop_assert_eq!(&expected.tags, &found.tags);
            prop_assert!(found.addresses.iter().all(|address| is_safe_address(address)), "{:?}", found.addresses);
        }
        for (expected, found) in expected.xml.iter().zip(&found.xml) {
            prop_assert_eq!(expected.structure(), found.structure());
        }
        for (expected, found) in expected.json.iter().zip(&found.json) {
            prop_assert_eq!(names(expected), names(found));
        }

        // The texts are complete.
        let [explore, profile, picture, of_guest, album, shared, shared_picture, ..] = &found.html[..] else {
            panic!("{found:?}")
        };
        prop_assert!(picture.shows(&texts.caption) && shared_picture.shows(&texts.caption));
        for text in [&texts.place, &texts.camera, &texts.comment, &texts.full_name()] {
            prop_assert!(picture.shows(text), "{}", text);
        }
        prop_assert!(of_guest.shows(&texts.guest));
        prop_assert!(profile.shows(&texts.full_name()) && explore.shows(&texts.title));
        for page in [album, shared] {
            prop_assert!(page.shows(&texts.title) && page.shows(&texts.description));
        }
        let [person, image, guest, oembed] = &found.json[..] else { panic!("{:?}", found.json) };
        prop_assert_eq!(&person["mainEntity"]["name"], &texts.full_name());
        prop_assert_eq!((&image["caption"], &image["contentLocation"]), (&json!(texts.caption), &json!(texts.place)));
        prop_assert_eq!(&guest["creator"]["name"], &texts.guest);
        prop_assert_eq!(&oembed["title"], &texts.caption);
        let entry = found.xml[0].all("entry").next().unwrap();
        prop_assert_eq!(entry.all("author").next().unwrap().text("name"), texts.full_name());
    }
}
