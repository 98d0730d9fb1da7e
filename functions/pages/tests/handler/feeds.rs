//! Atom feeds.

use std::collections::BTreeMap;

use domain::{Picture, Visibility};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::world::{SITE, World, ada, album, path_of, picture, sample_picture};

/// An element of an XML document, with its attributes and its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// Parses a document. Panics unless it is well-formed.
    pub fn parse(xml: &str) -> Self {
        let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..);
        assert!(xml.chars().all(is_allowed), "XML forbids a character of {xml:?}");
        let mut reader = Reader::from_str(xml);
        reader.config_mut().enable_all_checks(true);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{error}: {xml}")) {
                Event::Start(tag) => open.push(Self::start(&tag)),
                Event::Empty(tag) => open.last_mut().unwrap().children.push(Self::start(&tag)),
                Event::End(_) => {
                    let element = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(element);
                }
                Event::Text(text) => open.last_mut().unwrap().text += &text,
                Event::GeneralRef(reference) => {
                    let character = match reference.resolve_char_ref().unwrap() {
                        Some(character) => character.to_string(),
                        None => quick_xml::escape::resolve_xml_entity(&reference).unwrap().to_owned(),
                    };
                    open.last_mut().unwrap().text += &character;
                }
                Event::Decl(_) => {}
                Event::Eof => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(open.len(), 1, "{xml}");
        open.pop().unwrap().children.pop().unwrap()
    }

    fn start(tag: &quick_xml::events::BytesStart<'_>) -> Self {
        let name = tag.name().as_ref().to_owned();
        let attributes = tag.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            let name = attribute.key.as_ref().to_owned();
            (name, quick_xml::escape::unescape(&attribute.value).unwrap().into_owned())
        });
        Self { attributes: attributes.collect(), name, ..Self::default() }
    }

    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Self> + use<'a> {
        self.children.iter().filter(|child| child.name == name).collect::<Vec<_>>().into_iter()
    }

    pub fn text(&self, name: &str) -> &str {
        self.all(name).next().map_or("", |child| child.text.as_str())
    }

    pub fn link(&self, rel: &str) -> &str {
        let link = self.all("link").find(|link| link.attributes["rel"] == rel);
        link.map_or("", |link| link.attributes["href"].as_str())
    }

    /// Returns the names of all elements and attributes, in order.
    pub fn structure(&self) -> Vec<String> {
        let names = [self.name.clone()].into_iter().chain(self.attributes.keys().cloned());
        names.chain(self.children.iter().flat_map(Self::structure)).chain(["/".into()]).collect()
    }
}

fn with_caption() -> Picture {
    Picture { caption: Some("Lake <Bled>\nat dawn & noon".into()), ..sample_picture(Visibility::Public) }
}

#[tokio::test]
async fn a_feed_has_an_entry_with_an_enclosure_for_each_picture() {
    let picture = with_caption();
    let world = World::with_pictures([picture.clone()]).with_album(Visibility::Public, [&picture]);
    let album_path = format!("/albums/{}", album());
    for (name, id, title, page) in [
        ("pages-feed.json", format!("{SITE}/feed.xml"), "Explore · Albumen", "/explore"),
        ("pages-feed-of-person.json", format!("urn:uuid:{}", ada()), "Ada Lovelace · Albumen", "/@ada"),
        ("pages-feed-of-album.json", format!("urn:uuid:{}", album()), "Oslo · Albumen", album_path.as_str()),
    ] {
        let reply = world.send(name).await;
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (200, "application/atom+xml; charset=utf-8")
        );
        reply.assert_is_cacheable();
        let feed = Element::parse(&reply.body);
        assert_eq!((feed.name.as_str(), &*feed.attributes["xmlns"]), ("feed", "http://www.w3.org/2005/Atom"));
        assert_eq!((feed.text("id"), feed.text("title")), (id.as_str(), title));
        assert_eq!(feed.link("alternate"), format!("{SITE}{page}"));
        let own = feed.link("self");
        assert_eq!(world.get(own).await.body, reply.body, "{own}");
        let entries: Vec<_> = feed.all("entry").collect();
        let [entry] = entries[..] else { panic!("{entries:?}") };
        assert_eq!(entry.text("id"), format!("urn:uuid:{}", picture.key.picture_id));
        assert_eq!((entry.text("title"), entry.text("updated")), ("Lake <Bled>", entry.text("published")));
        assert_eq!(entry.text("published").parse::<jiff::Timestamp>().unwrap(), picture_time(&world).await);
        assert_eq!(entry.link("alternate"), format!("{SITE}{}", path_of(&picture)));
        let image = format!("{SITE}/i/{}/large", picture.key);
        assert_eq!(entry.link("enclosure"), image);
        let enclosure = entry.all("link").find(|link| link.attributes["rel"] == "enclosure").unwrap();
        assert_eq!(enclosure.attributes["length"], "250000");
        let author = entry.all("author").next().unwrap();
        assert_eq!((author.text("name"), author.text("uri")), ("Ada Lovelace", &*format!("{SITE}/@ada")));
        let content = entry.text("content");
        assert!(
            content.contains(&format!("<img src=\"{image}\" width=\"1600\" height=\"1063\"")),
            "{content}"
        );
        assert!(content.contains("<p>Lake &#60;Bled&#62;\nat dawn &#38; noon</p>"), "{content}");
    }
}

async fn picture_time(world: &World) -> jiff::Timestamp {
    let data = world.send("pages-picture.json").await.json_ld();
    data["uploadDate"].as_str().unwrap().parse().unwrap()
}

/// Readers recognise entries by their ids.
#[tokio::test]
async fn ids_are_the_same_after_a_change_of_the_handle() {
    let picture = with_caption();
    let ids = async |world: World, path: &str| {
        let feed = Element::parse(&world.get(path).await.body);
        let entries: Vec<_> = feed.all("entry").map(|entry| entry.text("id").to_owned()).collect();
        (feed.text("id").to_owned(), entries)
    };
    let before = World::empty().with_user(ada(), "ada", "Ada", "L").with_picture(picture.clone());
    let after = World::empty().with_user(ada(), "augusta", "Augusta", "L").with_picture(picture);
    assert_eq!(ids(before.clone(), "/@ada/feed.xml").await, ids(after.clone(), "/@augusta/feed.xml").await);
    assert_eq!(ids(before, "/feed.xml").await, ids(after, "/feed.xml").await);
}

#[tokio::test]
async fn a_feed_has_the_newest_pictures() {
    let pictures: Vec<_> = (1..=60).map(|n| picture(ada(), n, Visibility::Public)).collect();
    let feed = Element::parse(&World::with_pictures(pictures).send("pages-feed-of-person.json").await.body);
    let entries: Vec<_> = feed.all("entry").map(|entry| entry.link("alternate").to_owned()).collect();
    assert_eq!(entries.len(), 50);
    assert_eq!(entries[0], format!("{SITE}{}", path_of(&picture(ada(), 60, Visibility::Public))));
}

#[tokio::test]
async fn a_feed_without_entries_is_valid() {
    for (world, name) in [
        (World::empty(), "pages-feed.json"),
        (World::with_ada().with_album(Visibility::Public, []), "pages-feed-of-album.json"),
    ] {
        let reply = world.send(name).await;
        let feed = Element::parse(&reply.body);
        assert_eq!((reply.status, feed.all("entry").count()), (200, 0));
        assert!(feed.text("updated").parse::<jiff::Timestamp>().is_ok());
    }
}
