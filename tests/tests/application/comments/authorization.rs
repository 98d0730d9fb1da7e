//! The authorization matrix of comments: each route, for each kind of caller and each kind of
//! picture. The expectations are written out by hand and do not use `domain::access`.

use std::collections::BTreeMap;

use client::Answer;
use domain::{Picture, PictureId, PictureKey, PictureState, Visibility};
use end_to_end::people::{Caller, Member, befriend, comments_path};
use end_to_end::root::Root;
use end_to_end::{cloud, rows};
use futures_util::future::join_all;
use serde_json::json;

use super::created_id;

/// The expected status codes. All callers commented on the pictures while they were public.
///
/// - `former` was a friend. `anonymous` is not signed in.
/// - The owner blocked `blocked`, and `blocker` blocked the owner.
/// - `unready` is a public picture that failed.
/// - `DELETE/elsewhere`: the caller's comment, addressed by the path of another picture.
/// - `DELETE/others`: the comment of a stranger.
/// - `DELETE/own`: the caller's comment.
/// - `DELETE/gone`: a deleted comment.
const TABLE: &str = "
    route             picture  owner  friend  former  stranger  blocked  blocker  anonymous
    GET               private  200    404     404     404       404      404      403
    GET               friends  200    200     404     404       404      404      403
    GET               public   200    200     200     200       200      200      403
    GET               unready  200    404     404     404       404      404      403
    POST              private  201    404     404     404       404      404      403
    POST              friends  201    201     404     404       404      404      403
    POST              public   201    201     201     201       403      403      403
    POST              unready  201    404     404     404       404      404      403
    DELETE/elsewhere  private  404    404     404     404       404      404      403
    DELETE/elsewhere  public   404    404     404     404       404      404      403
    DELETE/others     private  200    404     404     404       404      404      403
    DELETE/others     friends  200    403     404     404       404      404      403
    DELETE/others     public   200    403     403     403       403      403      403
    DELETE/others     unready  200    404     404     404       404      404      403
    DELETE/own        private  200    200     200     200       200      200      403
    DELETE/own        friends  200    200     200     200       200      200      403
    DELETE/own        public   200    200     200     200       200      200      403
    DELETE/own        unready  200    200     200     200       200      200      403
    DELETE/gone       private  404    404     404     404       404      404      403
    DELETE/gone       public   404    404     404     404       404      404      403
";

type Callers = BTreeMap<&'static str, Caller>;

/// A picture on which all callers commented.
struct CommentedPicture {
    key: PictureKey,
    /// The ids of the comments, by the caller who tries to delete them and the kind of comment.
    comments: BTreeMap<(&'static str, &'static str), String>,
}

async fn create_callers() -> Callers {
    let names = ["owner", "friend", "former", "blocked", "blocker", "stranger"];
    let members = join_all(names.map(|_| Member::new())).await;
    befriend(&members[0], &members[1]).await;
    befriend(&members[2], &members[0]).await;
    let mut callers: Callers = names.into_iter().zip(members.into_iter().map(Caller::from)).collect();
    callers.insert("anonymous", Caller::Anonymous(cloud::app()));
    callers
}

/// Creates a public picture, adds the comments of all callers, and then replaces it by `picture`.
async fn create_with_comments(
    root: &Root,
    callers: &Callers,
    stranger: &Member,
    picture: Picture,
) -> CommentedPicture {
    let public = rows::picture(picture.key.owner_id, Visibility::Public, PictureState::Ready);
    root.put_picture(&Picture { key: picture.key, ..public }).await;
    let write = async |author: &Member| created_id(&author.comment(picture.key, "Said.").await);
    let mut comments = BTreeMap::new();
    for (name, caller) in callers {
        let Caller::Member(member) = caller else { continue };
        let deleted_id = write(member).await;
        let deleted = member.delete(&format!("{}/{deleted_id}", comments_path(picture.key))).await;
        assert_eq!(deleted.code, 200, "{deleted:?}");
        comments.extend([
            ((*name, "gone"), deleted_id),
            ((*name, "own"), write(member).await),
            ((*name, "others"), write(stranger).await),
        ]);
    }
    root.put_picture(&picture).await;
    CommentedPicture { key: picture.key, comments }
}

/// Creates the pictures, by their names in the table.
async fn create_pictures(root: &Root, callers: &Callers) -> BTreeMap<&'static str, CommentedPicture> {
    let (owner, stranger) = (callers["owner"].member(), Member::new().await);
    let kinds = [
        ("private", Visibility::Private, PictureState::Ready),
        ("friends", Visibility::Friends, PictureState::Ready),
        ("public", Visibility::Public, PictureState::Ready),
        ("unready", Visibility::Public, PictureState::Failed),
    ];
    let created = kinds.map(|(name, visibility, state)| {
        let picture = rows::picture(owner.id(), visibility, state);
        let stranger = &stranger;
        async move { (name, create_with_comments(root, callers, stranger, picture).await) }
    });
    let pictures = join_all(created).await.into_iter().collect();
    assert_eq!(owner.unfriend(callers["former"].member()).await.code, 200);
    assert_eq!(owner.block(callers["blocked"].member()).await.code, 200);
    assert_eq!(callers["blocker"].member().block(owner).await.code, 200);
    pictures
}

/// A cell of the table.
struct Case<'a> {
    route: &'a str,
    name: &'a str,
    caller: &'a Caller,
    picture: &'a CommentedPicture,
    elsewhere: PictureKey,
}

impl Case<'_> {
    /// Returns the result in the notation of the table. `missing` is the reply for a picture that
    /// does not exist.
    async fn result(&self, missing: &Answer) -> String {
        let path = comments_path(self.picture.key);
        let body = json!({"text": "Me too."});
        let answer = match self.route.split_once('/') {
            None => self.caller.call(self.route, &path, (self.route == "POST").then_some(&body)).await,
            Some((method, target)) => {
                let kind = if target == "elsewhere" { "own" } else { target };
                let path = if target == "elsewhere" { comments_path(self.elsewhere) } else { path };
                // A caller who is not signed in has no comment and tries the owner's.
                let name = if self.name == "anonymous" { "owner" } else { self.name };
                let (_, id) = self.picture.comments.iter().find(|(key, _)| **key == (name, kind)).unwrap();
                self.caller.call(method, &format!("{path}/{id}"), None).await
            }
        };
        match answer.code {
            404 if !self.route.starts_with("DELETE") && answer.notes != missing.notes => {
                format!("404 with the message {:?}", answer.notes)
            }
            code => code.to_string(),
        }
    }
}

#[tokio::test]
async fn each_caller_gets_the_result_in_the_table() {
    let (root, callers) = (Root::default(), create_callers().await);
    let pictures = create_pictures(&root, &callers).await;
    let owner = callers["owner"].member();
    let elsewhere = rows::picture(owner.id(), Visibility::Public, PictureState::Ready);
    root.put_picture(&elsewhere).await;
    let missing = PictureKey { picture_id: PictureId::new(), ..elsewhere.key };
    let missing = callers["stranger"].call("GET", &comments_path(missing), None).await;
    assert_eq!(missing.code, 404);

    let mut lines = TABLE.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let names = lines.by_ref().find(|cells| !cells.is_empty()).unwrap().split_off(2);
    assert_eq!(names.len(), callers.len());
    let mut wrong = Vec::new();
    for cells in lines.filter(|cells| !cells.is_empty()) {
        let [route, kind, expected @ ..] = cells.as_slice() else { panic!("{cells:?}") };
        let case = |name: &&'static str| Case {
            route,
            name,
            caller: &callers[name],
            picture: &pictures[kind],
            elsewhere: elsewhere.key,
        };
        let cases: Vec<_> = names.iter().map(case).collect();
        let results = join_all(cases.iter().map(|case| case.result(&missing))).await;
        for ((name, expected), result) in names.iter().zip(expected).zip(results) {
            if result != **expected {
                wrong.push(format!("{route} of a {kind} picture: {name} gets {result}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The stranger wrote six comments on the private picture. The owner deleted one of them and
    // added one comment.
    assert_eq!(owner.comments(pictures["private"].key).await.len(), 6);
    assert!(owner.comments(elsewhere.key).await.is_empty());
}
