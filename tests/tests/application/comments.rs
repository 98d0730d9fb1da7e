//! Comments: who may read, write and delete them; what they say; in which order.

use std::collections::BTreeMap;

use end_to_end::people::{Caller, Member, befriend, comments_path};
use end_to_end::root::Root;
use end_to_end::{cloud, records, wait};
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::client::Answer;
use shared::model::{Picture, PictureId, PictureKey, State, Visibility};

/// The status that everyone must get. All of them had commented while the pictures were public.
///
/// `ex` was a friend. `nobody` is not signed in. `unready` is a public picture that failed. `DELETE/elsewhere` is about the caller's
/// own comment under another picture's path, `DELETE/others` about a stranger's comment, `DELETE/own` about the caller's, and
/// `DELETE/gone` about one that was deleted.
const TABLE: &str = "
    route             picture   owner  friend  ex   stranger  nobody
    GET               private   200    404     404  404       403
    GET               friends   200    200     404  404       403
    GET               public    200    200     200  200       403
    GET               unready   200    404     404  404       403
    POST              private   201    404     404  404       403
    POST              friends   201    201     404  404       403
    POST              public    201    201     201  201       403
    POST              unready   201    404     404  404       403
    DELETE/elsewhere  private   404    404     404  404       403
    DELETE/elsewhere  public    404    404     404  404       403
    DELETE/others     private   200    404     404  404       403
    DELETE/others     friends   200    403     404  404       403
    DELETE/others     public    200    403     403  403       403
    DELETE/others     unready   200    404     404  404       403
    DELETE/own        private   200    200     200  200       403
    DELETE/own        friends   200    200     200  200       403
    DELETE/own        public    200    200     200  200       403
    DELETE/own        unready   200    200     200  200       403
    DELETE/gone       private   404    404     404  404       403
    DELETE/gone       public    404    404     404  404       403
";

type People = BTreeMap<&'static str, Caller>;

/// A picture about which everyone wrote, and which comment is there for whom to do what with.
struct Discussed {
    key: PictureKey,
    comments: BTreeMap<(&'static str, &'static str), String>,
}

async fn people() -> People {
    let names = ["owner", "friend", "ex", "stranger"];
    let members = join_all(names.map(|_| Member::new())).await;
    befriend(&members[0], &members[1]).await;
    befriend(&members[2], &members[0]).await;
    let mut people: People = names.into_iter().zip(members.into_iter().map(Caller::from)).collect();
    people.insert("nobody", Caller::Nobody(cloud::app()));
    people
}

/// The id of a comment that was written.
fn written(answer: &Answer) -> String {
    assert_eq!(answer.code, 201, "{answer:?}");
    answer.data["id"].as_str().unwrap().to_owned()
}

/// A picture in that state. It was public while everyone wrote about it.
async fn discussed(root: &Root, people: &People, writer: &Member, picture: Picture) -> Discussed {
    let public = records::picture(picture.key.owner_id, Visibility::Public, State::Ready);
    root.put_picture(&Picture { key: picture.key, ..public }).await;
    let write = async |author: &Member| written(&author.comment(picture.key, "Said.").await);
    let mut comments = BTreeMap::new();
    for (name, caller) in people {
        let Caller::Member(member) = caller else { continue };
        let gone = write(member).await;
        let deleted = member.delete(&format!("{}/{gone}", comments_path(picture.key))).await;
        assert_eq!(deleted.code, 200, "{deleted:?}");
        comments.extend([
            ((*name, "gone"), gone),
            ((*name, "own"), write(member).await),
            ((*name, "others"), write(writer).await),
        ]);
    }
    root.put_picture(&picture).await;
    Discussed { key: picture.key, comments }
}

/// The pictures, by what the table calls them.
async fn pictures(root: &Root, people: &People) -> BTreeMap<&'static str, Discussed> {
    let (owner, writer) = (people["owner"].member(), Member::new().await);
    let kinds = [
        ("private", Visibility::Private, State::Ready),
        ("friends", Visibility::Friends, State::Ready),
        ("public", Visibility::Public, State::Ready),
        ("unready", Visibility::Public, State::Failed),
    ];
    let made = kinds.map(|(name, visibility, state)| {
        let picture = records::picture(owner.id(), visibility, state);
        let writer = &writer;
        async move { (name, discussed(root, people, writer, picture).await) }
    });
    let made = join_all(made).await.into_iter().collect();
    assert_eq!(owner.unfriend(people["ex"].member()).await.code, 200);
    made
}

/// A line of the table for one caller and one picture.
struct Case<'a> {
    route: &'a str,
    name: &'a str,
    caller: &'a Caller,
    picture: &'a Discussed,
    elsewhere: PictureKey,
}

impl Case<'_> {
    async fn result(&self, nothing: &Answer) -> String {
        let path = comments_path(self.picture.key);
        let body = json!({"text": "Me too."});
        let answer = match self.route.split_once('/') {
            None => self.caller.call(self.route, &path, (self.route == "POST").then_some(&body)).await,
            Some((method, what)) => {
                let kind = if what == "elsewhere" { "own" } else { what };
                let path = if what == "elsewhere" { comments_path(self.elsewhere) } else { path };
                // Whoever is not signed in wrote none, and tries the owner's.
                let name = if self.name == "nobody" { "owner" } else { self.name };
                let (_, id) = self.picture.comments.iter().find(|(key, _)| **key == (name, kind)).unwrap();
                self.caller.call(method, &format!("{path}/{id}"), None).await
            }
        };
        match answer.code {
            404 if !self.route.starts_with("DELETE") && answer.notes != nothing.notes => {
                format!("404 that says {:?}", answer.notes)
            }
            code => code.to_string(),
        }
    }
}

#[tokio::test]
async fn everyone_may_do_what_the_table_says_and_nothing_else() {
    let (root, people) = (Root::default(), people().await);
    let pictures = pictures(&root, &people).await;
    let owner = people["owner"].member();
    let elsewhere = records::picture(owner.id(), Visibility::Public, State::Ready);
    root.put_picture(&elsewhere).await;
    let nothing = PictureKey { picture_id: PictureId::new(), ..elsewhere.key };
    let nothing = people["stranger"].call("GET", &comments_path(nothing), None).await;
    assert_eq!(nothing.code, 404);

    let mut lines = TABLE.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let names = lines.by_ref().find(|cells| !cells.is_empty()).unwrap().split_off(2);
    assert_eq!(names.len(), people.len());
    let mut wrong = Vec::new();
    for cells in lines.filter(|cells| !cells.is_empty()) {
        let [route, kind, expected @ ..] = cells.as_slice() else { panic!("{cells:?}") };
        let case = |name: &&'static str| Case {
            route,
            name,
            caller: &people[name],
            picture: &pictures[kind],
            elsewhere: elsewhere.key,
        };
        let cases: Vec<_> = names.iter().map(case).collect();
        let results = join_all(cases.iter().map(|case| case.result(&nothing))).await;
        for ((name, expected), result) in names.iter().zip(expected).zip(results) {
            if result != **expected {
                wrong.push(format!("{route} of a {kind} picture: {name} gets {result}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Three refused strangers' comments of a private picture stay; the owner deleted one, and wrote one.
    assert_eq!(owner.comments(pictures["private"].key).await.len(), 4);
    assert!(owner.comments(elsewhere.key).await.is_empty());
}

/// A ready picture that everyone may see, and a member who sees it.
async fn shown(root: &Root) -> (Member, Member, PictureKey) {
    let (owner, reader) = (Member::new().await, Member::new().await);
    let picture = records::picture(owner.id(), Visibility::Public, State::Ready);
    root.put_picture(&picture).await;
    (owner, reader, picture.key)
}

#[tokio::test]
async fn pages_neither_skip_nor_repeat_and_the_newest_is_last() {
    let root = Root::default();
    let (owner, reader, picture) = shown(&root).await;
    let mut ids = Vec::new();
    for number in 0..7 {
        let author = if number % 2 == 0 { &owner } else { &reader };
        ids.push(written(&author.comment(picture, &format!("Number {number}")).await));
    }
    let path = comments_path(picture);
    for limit in [1, 3, 7, 100] {
        let found = reader.all(&path, limit).await;
        let found: Vec<_> = found.iter().map(|comment| comment["id"].as_str().unwrap()).collect();
        assert_eq!(found, ids, "in pages of {limit}");
    }
    let first = &reader.comments(picture).await[1];
    let author = &first["author"];
    assert_eq!(author["id"], json!(reader.id()));
    assert_eq!((&author["handle"], &author["firstName"]), (&json!(reader.handle), &json!("Ada")));
    assert_eq!(first["text"], "Number 1");
    assert!(first["createdAt"].as_str().unwrap().ends_with('Z'), "UTC: {first}");
    assert_eq!(first.as_object().unwrap().len(), 4, "{first}");
    for query in ["limit=0", "limit=101", "limit=x", "cursor=%25", "cursor=AAAA"] {
        assert_eq!(reader.get(&format!("{path}?{query}")).await.code, 400, "{query}");
    }
    // A cursor is good for its own list only.
    let cursor = reader.get(&format!("{path}?limit=1")).await.data["cursor"].as_str().unwrap().to_owned();
    let other = records::picture(owner.id(), Visibility::Public, State::Ready);
    root.put_picture(&other).await;
    let foreign = reader.get(&format!("{}?limit=1&cursor={cursor}", comments_path(other.key))).await;
    assert_eq!(foreign.code, 400, "{foreign:?}");
}

#[tokio::test]
async fn texts_come_back_as_they_were_and_within_bounds() {
    let (_, author, picture) = shown(&Root::default()).await;
    let (longest, emoji) = ("x".repeat(1_000), "🌊".repeat(1_000));
    for (text, kept) in [
        ("<script>alert('1')</script> & \"so\" \\ on", "<script>alert('1')</script> & \"so\" \\ on"),
        ("𝔄 🌊 日本語 ä\u{308} 👩‍👩‍👧", "𝔄 🌊 日本語 ä\u{308} 👩‍👩‍👧"),
        (" two\nlines \n", "two\nlines"),
        // Nothing that turns what follows, cannot be seen, or rings a bell.
        ("a\u{202E}b\u{2066}c\u{200B}d\u{7}e\u{0}", "abcde"),
        (&longest, &longest),
        (&emoji, &emoji),
    ] {
        let answer = author.comment(picture, text).await;
        assert_eq!((answer.code, &answer.data["text"]), (201, &json!(kept)), "{text:?}");
        assert_eq!(author.comments(picture).await.pop().unwrap(), answer.data);
    }
    let before = author.comments(picture).await;
    let too_long = "x".repeat(1_001);
    for (body, notes) in [
        (json!({"text": too_long}), "Invalid input: text has 1001"),
        (json!({"text": "🌊".repeat(1_001)}), "Invalid input: text has 1001"),
        (json!({"text": " \n\u{202E}\u{200B} "}), "Invalid input: text is missing"),
        (json!({"text": ""}), "Invalid input: text is missing"),
        (json!({"text": null}), "Invalid input: text is missing"),
        (json!({}), "Invalid input: text is missing"),
        (json!({"text": 7}), "Invalid input: "),
        (json!("text"), "Invalid input: "),
    ] {
        let answer = author.post(&comments_path(picture), &body).await;
        assert_eq!(answer.code, 400, "{body}");
        assert!(answer.notes.as_deref().unwrap().starts_with(notes), "{answer:?}");
    }
    assert_eq!(author.comments(picture).await, before, "nothing was written");
}

#[tokio::test]
async fn many_write_at_once() {
    let (owner, one, picture) = shown(&Root::default()).await;
    let other = Member::new().await;
    let authors = [&owner, &one, &other];
    let writing = (0..24).map(|number: usize| {
        let author = authors[number % 3];
        async move { written(&author.comment(picture, &format!("Number {number}")).await) }
    });
    let mut ids = join_all(writing).await;
    let found = one.all(&comments_path(picture), 5).await;
    let found: Vec<_> = found.iter().map(|comment| comment["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(found, ids, "each once, in the order of their ids");
}

#[tokio::test]
async fn the_comments_on_a_deleted_picture_are_gone() {
    let root = Root::default();
    let (owner, author, picture) = shown(&root).await;
    let other = records::picture(owner.id(), Visibility::Public, State::Ready);
    root.put_picture(&other).await;
    // More than are deleted in one transaction.
    let writing = (0..60).map(|number: usize| {
        let author = if number % 2 == 0 { &owner } else { &author };
        async move { author.comment(picture, "Said.").await.code }
    });
    assert_eq!(join_all(writing).await, [201; 60]);
    let stays = written(&author.comment(other.key, "Elsewhere").await);
    assert_eq!((root.thread(picture).await.len(), root.thread(author_of(&author)).await.len()), (60, 31));
    assert_eq!(owner.delete(&format!("/pictures/{picture}")).await.code, 200);
    for member in [&owner, &author] {
        assert_eq!(member.get(&comments_path(picture)).await.code, 404, "at once");
        assert_eq!(member.comment(picture, "Too late").await.code, 404);
    }
    wait::until_true("the thread is gone", async || root.thread(picture).await.is_empty()).await;
    wait::until_equal("their authors have one", &1, async || root.thread(author_of(&author)).await.len())
        .await;
    assert!(root.thread(author_of(&owner)).await.is_empty());
    let left: Vec<Value> = author.comments(other.key).await;
    assert_eq!((left.len(), &left[0]["id"]), (1, &json!(stays)));
}

/// Under which key a person's own comments are named.
fn author_of(member: &Member) -> String {
    format!("author#{}", member.id())
}
