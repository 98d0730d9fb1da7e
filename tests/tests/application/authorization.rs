//! The authorization matrix of pictures: each route, for each kind of caller and each kind of
//! picture. The expectations are written out by hand and do not use `domain::access`.

use std::collections::BTreeMap;

use client::Answer;
use domain::{PictureId, PictureKey, PictureState, Visibility};
use end_to_end::people::{Caller, Member, befriend, key_of, read_anonymously};
use end_to_end::root::Root;
use end_to_end::rows;
use end_to_end::{cloud, wait};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// The expected results. A number is the status; for a list, `yes` and `no` state whether it
/// contains the picture.
///
/// - `former` was a friend of the owner while the first pictures were created.
/// - `requester` sent the owner a friend request, `invited` received one; both are unanswered.
/// - `blocked` was a friend like `former`, and the owner blocked them. `blocker` was a friend, too,
///   and blocked the owner.
/// - `anonymous` is not signed in.
/// - `unready` are the pictures that are not ready, in each state and visibility.
const TABLE: &str = "
    route            picture  owner  friend  former  requester  invited  stranger  blocked  blocker  anonymous
    GET/pictures     private  200    404     404     404        404      404       404      404      403
    GET/pictures     friends  200    200     404     404        404      404       404      404      403
    GET/pictures     public   200    200     200     200        200      200       200      200      403
    GET/pictures     unready  200    404     404     404        404      404       404      404      403
    PATCH/pictures   private  200    404     404     404        404      404       404      404      403
    PATCH/pictures   friends  200    403     404     404        404      404       404      404      403
    PATCH/pictures   public   200    403     403     403        403      403       403      403      403
    PATCH/pictures   unready  200    404     404     404        404      404       404      404      403
    GET/public       private  404    404     404     404        404      404       404      404      404
    GET/public       friends  404    404     404     404        404      404       404      404      404
    GET/public       public   200    200     200     200        200      200       200      200      200
    GET/public       unready  404    404     404     404        404      404       404      404      404
    list/feed        private  yes    no      no      no         no       no        no       no       403
    list/feed        friends  yes    yes     no      no         no       no        no       no       403
    list/feed        public   yes    yes     yes     yes        yes      yes       yes      no       403
    list/feed        unready  no     no      no      no         no       no        no       no       403
    list/public      private  no     no      no      no         no       no        no       no       no
    list/public      friends  no     no      no      no         no       no        no       no       no
    list/public      public   yes    yes     yes     yes        yes      yes       yes      yes      yes
    list/public      unready  no     no      no      no         no       no        no       no       no
    list/users       private  yes    no      no      no         no       no        no       no       403
    list/users       friends  yes    yes     no      no         no       no        no       no       403
    list/users       public   yes    yes     yes     yes        yes      yes       yes      yes      403
    list/users       unready  yes    no      no      no         no       no        no       no       403
    DELETE/pictures  private  200    404     404     404        404      404       404      404      403
    DELETE/pictures  friends  200    403     404     404        404      404       404      404      403
    DELETE/pictures  public   200    403     403     403        403      403       403      403      403
    DELETE/pictures  unready  200    404     404     404        404      404       404      404      403
";

/// Returns the pictures in a list, or the status code of the error. Omits pictures older than
/// `oldest`.
async fn read_list(caller: &Caller, path: &str, oldest: PictureId) -> Result<Vec<Value>, u16> {
    let answer = caller.call("GET", path, None).await;
    match caller {
        _ if answer.code != 200 => Err(answer.code),
        Caller::Member(member) => Ok(member.read_pictures(path, 100, oldest).await),
        Caller::Anonymous(app) => Ok(read_anonymously(app, path, oldest).await),
    }
}

/// Creates the callers, by their names in the table. Also returns a key of the owner without a
/// picture, which is older than all pictures.
async fn create_callers() -> (PictureKey, BTreeMap<&'static str, Caller>) {
    let names = ["owner", "friend", "former", "blocked", "blocker", "requester", "invited", "stranger"];
    let members = join_all(names.map(|_| Member::new())).await;
    let [owner, friend, former, blocked, blocker, requester, invited, _] = members.as_slice() else {
        unreachable!()
    };
    for friend in [friend, former, blocked, blocker] {
        befriend(friend, owner).await;
    }
    assert_eq!(requester.befriend(owner).await.data["state"], "requested");
    assert_eq!(owner.befriend(invited).await.data["state"], "requested");
    let oldest = PictureKey { owner_id: owner.id(), picture_id: PictureId::new() };
    let members = members.into_iter().map(Caller::from);
    let mut callers: BTreeMap<_, _> = names.into_iter().zip(members).collect();
    callers.insert("anonymous", Caller::Anonymous(cloud::app()));
    (oldest, callers)
}

/// Creates the owner's pictures and waits until the feeds contain them. Returns their keys, each
/// with its name in the table.
async fn create_pictures(root: &Root, callers: &BTreeMap<&str, Caller>) -> Vec<(&'static str, PictureKey)> {
    let [owner, former, blocked, blocker] =
        ["owner", "former", "blocked", "blocker"].map(|name| callers[name].member());
    let create = async |name, visibility, state| {
        let picture = rows::picture(owner.id(), visibility, state);
        root.put_picture(&picture).await;
        (name, picture.key)
    };
    let until_in_feeds = async |key: PictureKey, feeds: usize| {
        let what = format!("{key} is in {feeds} feeds");
        wait::until_equal(&what, &feeds, async || root.feed_ids(key).await.len()).await;
    };
    let mut created = Vec::new();
    // The numbers of feeds: the owner's and the four friends'; the owner's pictures for friends and
    // for everyone; the public feed.
    for (name, visibility, feeds) in [
        ("private", Visibility::Private, 1),
        ("friends", Visibility::Friends, 6),
        ("public", Visibility::Public, 8),
    ] {
        created.push(create(name, visibility, PictureState::Ready).await);
        until_in_feeds(created[created.len() - 1].1, feeds).await;
    }
    assert_eq!(owner.unfriend(former).await.code, 200);
    assert_eq!(owner.block(blocked).await.code, 200);
    assert_eq!(blocker.block(owner).await.code, 200);
    until_in_feeds(created[1].1, 3).await;
    until_in_feeds(created[2].1, 5).await;
    for visibility in [Visibility::Private, Visibility::Friends, Visibility::Public] {
        for state in [PictureState::AwaitingUpload, PictureState::Processing, PictureState::Failed] {
            created.push(create("unready", visibility, state).await);
        }
    }
    created
}

/// Returns `result`, or a result that is in no cell of the table if a caller other than the owner
/// receives private fields.
fn check_private_fields(name: &str, picture: &Value, result: &str) -> String {
    let private_fields = ["original", "gps", "failure"].map(|field| picture.get(field).is_some());
    match (name, private_fields) {
        ("owner", _) | (_, [false, false, false]) => result.to_owned(),
        _ => format!("{result}, with private fields"),
    }
}

/// A cell of the table for one picture.
#[derive(Clone, Copy)]
struct Case<'a> {
    route: &'a str,
    name: &'a str,
    caller: &'a Caller,
    picture: PictureKey,
}

type Lists<'a> = BTreeMap<(&'a str, &'static str), Result<Vec<Value>, u16>>;

impl Case<'_> {
    /// Returns the result in the notation of the table. `missing` is the reply for a picture that
    /// does not exist.
    async fn result(&self, lists: &Lists<'_>, missing: &Answer) -> String {
        let (kind, route) = self.route.split_once('/').unwrap();
        if kind == "list" {
            let (_, list) =
                lists.iter().find(|((name, list), _)| *name == self.name && *list == route).unwrap();
            return match list {
                Err(status) => status.to_string(),
                Ok(items) => match items.iter().find(|item| key_of(item) == self.picture) {
                    Some(item) => check_private_fields(self.name, item, "yes"),
                    None => "no".to_owned(),
                },
            };
        }
        let body = (kind == "PATCH").then(|| json!({"caption": "said"}));
        let answer = self.caller.call(kind, &format!("/{route}/{}", self.picture), body.as_ref()).await;
        match answer.code {
            404 if answer.notes != missing.notes => format!("404 with the message {:?}", answer.notes),
            200 => check_private_fields(self.name, &answer.data, "200"),
            code => code.to_string(),
        }
    }
}

#[tokio::test]
async fn each_caller_gets_the_result_in_the_table() {
    let root = Root::default();
    let (oldest, callers) = create_callers().await;
    let pictures = create_pictures(&root, &callers).await;
    let missing = callers["stranger"].call("GET", &format!("/pictures/{oldest}"), None).await;
    assert_eq!(missing.code, 404);
    let of_owner = format!("/users/{}/pictures", oldest.owner_id);
    let mut lists = Lists::new();
    for (name, caller) in &callers {
        for (list, path) in [("feed", "/feed"), ("public", "/public"), ("users", &of_owner)] {
            lists.insert((name, list), read_list(caller, path, oldest.picture_id).await);
        }
    }

    let mut lines = TABLE.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let names = lines.by_ref().find(|cells| !cells.is_empty()).unwrap().split_off(2);
    assert_eq!(names.len(), callers.len());
    let mut checked = 0;
    let mut wrong = Vec::new();
    for cells in lines.filter(|cells| !cells.is_empty()) {
        let [route, kind, expected @ ..] = cells.as_slice() else { panic!("{cells:?}") };
        let matching = pictures.iter().filter(|(name, _)| name == kind).map(|(_, picture)| *picture);
        let mut cases: Vec<_> = matching
            .flat_map(|picture| {
                names.iter().zip(expected).map(move |(name, expected)| (picture, *name, *expected))
            })
            .map(|(picture, name, expected)| {
                (Case { route, name, caller: &callers[name], picture }, expected)
            })
            .collect();
        // The owner comes last, since the owner's DELETE deletes the picture.
        cases.sort_by_key(|(case, _)| case.name == "owner");
        let (others, owners) = cases.split_at(cases.partition_point(|(case, _)| case.name != "owner"));
        for cases in [others, owners] {
            let results = cases.iter().map(|(case, _)| case.result(&lists, &missing));
            for ((case, expected), result) in cases.iter().zip(join_all(results).await) {
                checked += 1;
                if result != **expected {
                    let Case { name, picture, .. } = case;
                    wrong.push(format!(
                        "{route} of a {kind} picture ({picture}): {name} gets {result}, not {expected}"
                    ));
                }
            }
        }
    }
    assert_eq!(checked, 7 * 9 * pictures.len(), "the test checks each route for each caller and picture");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(root.pictures_of(oldest.owner_id).await.is_empty(), "the owner has deleted all pictures");
}

#[tokio::test]
async fn shows_private_fields_to_the_owner_only() {
    let (owner, friend) = (Member::new().await, Member::new().await);
    befriend(&owner, &friend).await;
    let picture = rows::picture(owner.id(), Visibility::Friends, PictureState::Ready);
    Root::default().put_picture(&picture).await;
    let lists = ["/feed".to_owned(), format!("/users/{}/pictures", owner.id())];
    for (reader, is_owner) in [(&owner, true), (&friend, false)] {
        let mut replies = vec![reader.get(&format!("/pictures/{}", picture.key)).await.ok().unwrap()];
        for list in &lists {
            wait::until_true("the list contains it", async || reader.has_in_list(list, picture.key).await)
                .await;
            replies.extend(reader.read_pictures(list, 100, picture.key.picture_id).await);
        }
        replies.retain(|reply| key_of(reply) == picture.key);
        assert_eq!(replies.len(), 3);
        for reply in replies {
            assert_eq!(
                (reply.get("gps").is_some(), reply.get("original").is_some()),
                (is_owner, is_owner),
                "{reply}"
            );
        }
    }
}
