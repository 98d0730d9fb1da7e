//! Who may do what: every route that concerns a picture, for everyone there is, for every picture there is.

use std::collections::BTreeMap;

use end_to_end::people::{Caller, Member, anyone_reads, befriend, key_of};
use end_to_end::records;
use end_to_end::root::Root;
use end_to_end::{cloud, wait};
use futures_util::future::join_all;
use serde_json::{Value, json};
use client::Answer;
use domain::{PictureId, PictureKey, State, Visibility};

/// What everyone must get. A number is the status; of a list it is said whether the picture is in it.
///
/// `ex` was a friend, and had the pictures in their feed. `asker` asked the owner and `asked` was asked by the owner, neither
/// of which was answered. `nobody` is not signed in. `unready` stands for all pictures that are not ready, whatever their state
/// and their visibility.
const TABLE: &str = "
    route                picture   owner  friend  ex   asker  asked  stranger  nobody
    GET/pictures         private   200    404     404  404    404    404       403
    GET/pictures         friends   200    200     404  404    404    404       403
    GET/pictures         public    200    200     200  200    200    200       403
    GET/pictures         unready   200    404     404  404    404    404       403
    PATCH/pictures       private   200    404     404  404    404    404       403
    PATCH/pictures       friends   200    403     404  404    404    404       403
    PATCH/pictures       public    200    403     403  403    403    403       403
    PATCH/pictures       unready   200    404     404  404    404    404       403
    GET/public           private   404    404     404  404    404    404       404
    GET/public           friends   404    404     404  404    404    404       404
    GET/public           public    200    200     200  200    200    200       200
    GET/public           unready   404    404     404  404    404    404       404
    list/feed            private   yes    no      no   no     no     no        403
    list/feed            friends   yes    yes     no   no     no     no        403
    list/feed            public    yes    yes     yes  yes    yes    yes       403
    list/feed            unready   no     no      no   no     no     no        403
    list/public          private   no     no      no   no     no     no        no
    list/public          friends   no     no      no   no     no     no        no
    list/public          public    yes    yes     yes  yes    yes    yes       yes
    list/public          unready   no     no      no   no     no     no        no
    list/users           private   yes    no      no   no     no     no        403
    list/users           friends   yes    yes     no   no     no     no        403
    list/users           public    yes    yes     yes  yes    yes    yes       403
    list/users           unready   yes    no      no   no     no     no        403
    DELETE/pictures      private   200    404     404  404    404    404       403
    DELETE/pictures      friends   200    403     404  404    404    404       403
    DELETE/pictures      public    200    403     403  403    403    403       403
    DELETE/pictures      unready   200    404     404  404    404    404       403
";

/// The pictures in a list since that one, or the status with which it is refused.
async fn read(caller: &Caller, path: &str, since: PictureId) -> Result<Vec<Value>, u16> {
    let answer = caller.call("GET", path, None).await;
    match caller {
        _ if answer.code != 200 => Err(answer.code),
        Caller::Member(member) => Ok(member.pictures(path, 100, since).await),
        Caller::Nobody(app) => Ok(anyone_reads(app, path, since).await),
    }
}

/// The owner, and everyone else by what they are to the owner.
async fn people() -> (PictureKey, BTreeMap<&'static str, Caller>) {
    let names = ["owner", "friend", "ex", "asker", "asked", "stranger"];
    let members = join_all(names.map(|_| Member::new())).await;
    let [owner, friend, ex, asker, asked, _] = members.as_slice() else { unreachable!() };
    befriend(owner, friend).await;
    befriend(ex, owner).await;
    assert_eq!(asker.befriend(owner).await.data["state"], "requested");
    assert_eq!(owner.befriend(asked).await.data["state"], "requested");
    // No picture is older than this one, which is none.
    let oldest = PictureKey { owner_id: owner.id(), picture_id: PictureId::new() };
    let members = members.into_iter().map(Caller::from);
    let mut people: BTreeMap<_, _> = names.into_iter().zip(members).collect();
    people.insert("nobody", Caller::Nobody(cloud::app()));
    (oldest, people)
}

/// The owner's pictures, by what the table calls them, once they are in all feeds where they belong.
async fn pictures(root: &Root, people: &BTreeMap<&str, Caller>) -> Vec<(&'static str, PictureKey)> {
    let (owner, ex) = (people["owner"].member(), people["ex"].member());
    let make = async |name, visibility, state| {
        let picture = records::picture(owner.id(), visibility, state);
        root.put_picture(&picture).await;
        (name, picture.key)
    };
    let settled = async |key: PictureKey, feeds: usize| {
        let what = format!("{key} is in {feeds} feeds");
        wait::until_equal(&what, &feeds, async || root.feeds(key).await.len()).await;
    };
    let mut made = Vec::new();
    // Owner; friend, ex; the public one.
    for (name, visibility, feeds) in [
        ("private", Visibility::Private, 1),
        ("friends", Visibility::Friends, 3),
        ("public", Visibility::Public, 4),
    ] {
        made.push(make(name, visibility, State::Ready).await);
        settled(made[made.len() - 1].1, feeds).await;
    }
    assert_eq!(owner.unfriend(ex).await.code, 200);
    settled(made[1].1, 2).await;
    settled(made[2].1, 3).await;
    for visibility in [Visibility::Private, Visibility::Friends, Visibility::Public] {
        for state in [State::AwaitingUpload, State::Processing, State::Failed] {
            made.push(make("unready", visibility, state).await);
        }
    }
    made
}

/// What is shown to somebody, or what of it should not be.
fn shown(name: &str, picture: &Value, as_it_should_be: &str) -> String {
    let owners = ["original", "gps", "failure"].map(|field| picture.get(field).is_some());
    match (name, owners) {
        ("owner", _) | (_, [false, false, false]) => as_it_should_be.to_owned(),
        _ => format!("{as_it_should_be}, with what is the owner's alone"),
    }
}

/// A line of the table for one caller and one picture.
#[derive(Clone, Copy)]
struct Case<'a> {
    route: &'a str,
    name: &'a str,
    caller: &'a Caller,
    picture: PictureKey,
}

type Lists<'a> = BTreeMap<(&'a str, &'static str), Result<Vec<Value>, u16>>;

impl Case<'_> {
    /// What the caller gets.
    async fn result(&self, lists: &Lists<'_>, nothing: &Answer) -> String {
        let (kind, route) = self.route.split_once('/').unwrap();
        if kind == "list" {
            let (_, list) =
                lists.iter().find(|((name, list), _)| *name == self.name && *list == route).unwrap();
            return match list {
                Err(status) => status.to_string(),
                Ok(items) => match items.iter().find(|item| key_of(item) == self.picture) {
                    Some(item) => shown(self.name, item, "yes"),
                    None => "no".to_owned(),
                },
            };
        }
        let body = (kind == "PATCH").then(|| json!({"caption": "said"}));
        let answer = self.caller.call(kind, &format!("/{route}/{}", self.picture), body.as_ref()).await;
        match answer.code {
            404 if answer.notes != nothing.notes => format!("404 that says {:?}", answer.notes),
            200 => shown(self.name, &answer.data, "200"),
            code => code.to_string(),
        }
    }
}

#[tokio::test]
async fn everyone_gets_what_the_table_says_and_nothing_else() {
    let root = Root::default();
    let (oldest, people) = people().await;
    let pictures = pictures(&root, &people).await;
    let nothing = people["stranger"].call("GET", &format!("/pictures/{oldest}"), None).await;
    assert_eq!(nothing.code, 404);
    let of_owner = format!("/users/{}/pictures", oldest.owner_id);
    let mut lists = Lists::new();
    for (name, caller) in &people {
        for (list, path) in [("feed", "/feed"), ("public", "/public"), ("users", &of_owner)] {
            lists.insert((name, list), read(caller, path, oldest.picture_id).await);
        }
    }

    let mut lines = TABLE.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let names = lines.by_ref().find(|cells| !cells.is_empty()).unwrap().split_off(2);
    assert_eq!(names.len(), people.len());
    let mut walked = 0;
    let mut wrong = Vec::new();
    for cells in lines.filter(|cells| !cells.is_empty()) {
        let [route, kind, expected @ ..] = cells.as_slice() else { panic!("{cells:?}") };
        let those = pictures.iter().filter(|(name, _)| name == kind).map(|(_, picture)| *picture);
        let mut cases: Vec<_> = those
            .flat_map(|picture| {
                names.iter().zip(expected).map(move |(name, expected)| (picture, *name, *expected))
            })
            .map(|(picture, name, expected)| (Case { route, name, caller: &people[name], picture }, expected))
            .collect();
        // Once the owner deletes a picture it is gone.
        cases.sort_by_key(|(case, _)| case.name == "owner");
        let (others, owners) = cases.split_at(cases.partition_point(|(case, _)| case.name != "owner"));
        for cases in [others, owners] {
            let results = cases.iter().map(|(case, _)| case.result(&lists, &nothing));
            for ((case, expected), result) in cases.iter().zip(join_all(results).await) {
                walked += 1;
                if result != **expected {
                    let Case { name, picture, .. } = case;
                    wrong.push(format!(
                        "{route} of a {kind} picture ({picture}): {name} gets {result}, not {expected}"
                    ));
                }
            }
        }
    }
    assert_eq!(walked, 7 * 7 * pictures.len(), "routes, people and pictures");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(root.pictures_of(oldest.owner_id).await.is_empty(), "all deleted by their owner");
}

#[tokio::test]
async fn what_is_the_owners_alone_is_shown_to_the_owner() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    befriend(&owner, &friend).await;
    let picture = records::picture(owner.id(), Visibility::Friends, State::Ready);
    Root::default().put_picture(&picture).await;
    let lists = ["/feed".to_owned(), format!("/users/{}/pictures", owner.id())];
    for (who, theirs) in [(&owner, true), (&friend, false)] {
        let mut seen = vec![who.get(&format!("/pictures/{}", picture.key)).await.ok().unwrap()];
        for list in &lists {
            wait::until_true("it is in the list", async || who.sees_in(list, picture.key).await).await;
            seen.extend(who.pictures(list, 100, picture.key.picture_id).await);
        }
        seen.retain(|shown| key_of(shown) == picture.key);
        assert_eq!(seen.len(), 3);
        for shown in seen {
            assert_eq!(
                (shown.get("gps").is_some(), shown.get("original").is_some()),
                (theirs, theirs),
                "{shown}"
            );
        }
    }
}
