//! Who may do what: every route that concerns comments, for everyone there is, for every picture there is.

use std::collections::BTreeMap;

use end_to_end::people::{Caller, Member, befriend, comments_path};
use end_to_end::root::Root;
use end_to_end::{cloud, records};
use futures_util::future::join_all;
use serde_json::json;
use client::Answer;
use domain::{Picture, PictureId, PictureKey, State, Visibility};

use super::written;

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
