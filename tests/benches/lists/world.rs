//! The tables of the benchmark with a number of hidden rows, and the lists that read them.

use domain::{
    Activity, ActivityEvent, Comment, CommentId, FeedId, FeedRow, Notification, NotificationPreferences,
    Picture, PictureKey, QuotaLimits, User, Visibility,
};
use end_to_end::root::Root;
use index::{Tables as _, Task};
use jiff::{SignedDuration, Timestamp};
use lambda::comment_writer::CommentWriter;
use lambda::connection_sender::ConnectionSender;
use lambda::http::Request;
use serde_json::{Value, json};
use store::{Friendships, Pictures, Secrets, Table, Users};
use uuid::Uuid;

use crate::HIDDEN;
use crate::own_tables::{OwnTables, event, member, presigner, ready_picture};

/// The number of items on a page, and of visible rows of each kind.
const VISIBLE: usize = 50;
/// The SHA-256 of the originals of several pictures.
const SHA256: &str = "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0";

/// A member who reads the lists.
const READER: u128 = 1;
/// A friend of the reader: shares pictures with friends, and hides others.
const FRIEND: u128 = 2;
/// A stranger: shares pictures with everyone, and others with friends.
const STRANGER: u128 = 3;
/// A stranger who shares nothing.
const SILENT: u128 = 4;
/// A reader whose feed has rows of pictures that they may not see.
const FORMER_FRIEND: u128 = 5;
/// The first of the people who are friends of the reader and can be found by name.
const PEOPLE: u128 = 1_000_000;
/// The first of [`HIDDEN`] more friends of the reader. Their ids sort before those of the other
/// people.
const MORE_FRIENDS: u128 = 1_000;

/// A list of the API, as a certain reader.
#[derive(Clone, Copy, Debug)]
pub enum List {
    Feed,
    FeedWithStaleRows,
    PublicFeed,
    PicturesForFriend,
    PicturesForStranger,
    PicturesOfSilent,
    Comments,
    Notifications,
    Friends,
    PeopleByName,
    Duplicates,
}

impl List {
    pub const ALL: [Self; 11] = [
        Self::Feed,
        Self::FeedWithStaleRows,
        Self::PublicFeed,
        Self::PicturesForFriend,
        Self::PicturesForStranger,
        Self::PicturesOfSilent,
        Self::Comments,
        Self::Notifications,
        Self::Friends,
        Self::PeopleByName,
        Self::Duplicates,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Feed => "/feed",
            Self::FeedWithStaleRows => "/feed with rows of a former friend",
            Self::PublicFeed => "/public",
            Self::PicturesForFriend => "/users/{id}/pictures for a friend",
            Self::PicturesForStranger => "/users/{id}/pictures for a stranger",
            Self::PicturesOfSilent => "/users/{id}/pictures without a visible one",
            Self::Comments => "/pictures/{ownerId}/{id}/comments",
            Self::Notifications => "/notifications",
            Self::Friends => "/friends",
            Self::PeopleByName => "/users?name=",
            Self::Duplicates => "/pictures?sha256=",
        }
    }
}

/// The limits of each member. The lists do not write, so they use none of them.
const LIMITS: QuotaLimits = QuotaLimits {
    pictures: 0,
    bytes: 0,
    pictures_per_day: 0,
    bytes_per_day: 0,
    open_registrations: 0,
    comments_per_hour: 0,
    friend_requests_per_day: 0,
    devices: 0,
    connections: 0,
};

/// The tables, and the functions that read them.
pub struct World {
    tables: OwnTables,
    commented: PictureKey,
    feed: feed::Context,
    friends: friends::Context,
    inbox: inbox::Context,
    pictures: pictures::Context,
    users: users::Context,
}

/// Creates a sender. Nobody uses it.
fn connection_sender() -> ConnectionSender {
    use aws_sdk_apigatewaymanagement::config::{BehaviorVersion, Builder};
    let config = Builder::new().behavior_version(BehaviorVersion::latest()).build();
    ConnectionSender::new(aws_sdk_apigatewaymanagement::Client::from_conf(config))
}

impl World {
    /// Creates tables with `hidden` hidden rows of each kind.
    pub async fn create(hidden: usize) -> Self {
        let tables = OwnTables::create(Root::default().dynamodb).await;
        let database = tables.database();
        let world = Self {
            commented: ready_picture(member(STRANGER), Visibility::Public).key,
            feed: feed::Context::new(&database, presigner()),
            friends: friends::Context {
                friendships: Friendships::new(&database),
                users: Users::new(&database),
                limits: LIMITS,
                secrets: Secrets::new(&database),
            },
            inbox: inbox::Context::new(&database),
            pictures: pictures::Context {
                comment_writer: CommentWriter::new(&database, LIMITS),
                friendships: Friendships::new(&database),
                pictures: Pictures::new(&database),
                secrets: Secrets::new(&database),
                presigner: presigner(),
            },
            users: users::Context::new(&database, connection_sender(), LIMITS),
            tables,
        };
        world.add_people(hidden).await;
        world.add_pictures(hidden).await;
        world.add_comments(hidden).await;
        world
    }

    pub async fn delete(self) {
        self.tables.delete().await;
    }

    /// Adds people who are friends of the reader and can be found by name. Hidden: people who
    /// cannot be found by name, and friends without a profile.
    async fn add_people(&self, hidden: usize) {
        let people = (0..VISIBLE).map(|n| PEOPLE + n as u128);
        for n in people.clone().chain([READER, FRIEND, STRANGER, SILENT, FORMER_FRIEND]) {
            let user = User {
                id: member(n),
                handle: format!("person{n}").parse().unwrap(),
                first_name: "Ada".into(),
                last_name: format!("Number {n}"),
                created_at: Timestamp::UNIX_EPOCH,
                notifications: NotificationPreferences::default(),
                findable: n >= PEOPLE,
                handle_changes: Vec::new(),
            };
            self.users.users.create(&user).await.unwrap().unwrap();
        }
        let profile = |id: u128| {
            json!({"userId": member(id), "handle": format!("person{id}"), "firstName": "Ada", "lastName": "Number",
                "createdAt": "2026-01-01T00:00:00Z", "findable": false})
        };
        let not_findable = (0..hidden).map(|n| profile(2 * PEOPLE + n as u128));
        self.tables.put_all(Table::Users, not_findable).await;
        // The list of friends has the same length in both sets of tables, because the index of the
        // local cloud takes longer for a longer list.
        let more_friends = (0..HIDDEN).map(|n| MORE_FRIENDS + n as u128);
        self.tables.put_all(Table::Users, more_friends.clone().skip(hidden).map(profile)).await;
        self.tables.befriend(member(READER), people.chain(more_friends).map(member)).await;
        self.tables.befriend(member(READER), [member(FRIEND)]).await;
    }

    /// Adds pictures, the notifications of the friend's pictures, and the rows of feeds. The hidden
    /// pictures are newer than the visible ones.
    async fn add_pictures(&self, hidden: usize) {
        let put = async |owner, number, visibility| {
            self.tables.put_pictures(member(owner), number, visibility).await
        };
        let shared = put(FRIEND, VISIBLE, Visibility::Friends).await;
        put(STRANGER, VISIBLE, Visibility::Public).await;
        put(FORMER_FRIEND, VISIBLE, Visibility::Private).await;
        let private = put(FRIEND, hidden, Visibility::Private).await;
        let for_friends = put(STRANGER, hidden, Visibility::Friends).await;
        put(SILENT, hidden, Visibility::Private).await;
        self.add_notifications(shared.into_iter().chain(private)).await;
        self.add_duplicates(READER, 5).await;
        self.add_duplicates(STRANGER, hidden).await;
        let tables = index::DynamoDbTables::new(&self.tables.database());
        let mut tasks = vec![Task::WriteAllRows { after: None }];
        while let Some(task) = tasks.pop() {
            tasks.extend(task.run_step(&tables).await.unwrap());
        }
        let feed_id = FeedId::User(member(FORMER_FRIEND));
        let stale: Vec<_> = for_friends.into_iter().map(|key| FeedRow::direct(feed_id, key)).collect();
        tables.write_rows(&stale, &[]).await.unwrap();
    }

    /// Adds notifications of the reader, the last one the newest.
    async fn add_notifications(&self, pictures: impl Iterator<Item = PictureKey>) {
        let start = Timestamp::now();
        let rows: Vec<_> = pictures
            .enumerate()
            .map(|(n, picture)| {
                let at = start + SignedDuration::from_secs(i64::try_from(n).unwrap());
                let event = ActivityEvent::PictureReady { picture };
                let activity = Activity { id: Uuid::now_v7(), at, event };
                let actor_id = picture.owner_id;
                let notification =
                    Notification { user_id: member(READER), actor_id, stored_at: None, activity };
                let mut row = serde_json::to_value(notification).unwrap();
                row["expiresAt"] = json!(notification.expires_at().unwrap().as_second());
                with(row, &[("notificationId", notification.id())])
            })
            .collect();
        self.tables.put_all(Table::Notifications, rows).await;
    }

    /// Adds private pictures with the same original.
    async fn add_duplicates(&self, owner: u128, number: usize) {
        let row = |_| {
            let picture = ready_picture(member(owner), Visibility::Private);
            with(serde_json::to_value(picture).unwrap(), &[("sha256", SHA256)])
        };
        let rows = (0..number).map(row);
        self.tables.put_all(Table::Pictures, rows).await;
    }

    /// Adds a picture with comments. Hidden: the comments on a private picture.
    async fn add_comments(&self, hidden: usize) {
        let visible = Picture { key: self.commented, ..ready_picture(member(STRANGER), Visibility::Public) };
        let private = ready_picture(member(STRANGER), Visibility::Private);
        let rows = [&visible, &private].map(|picture| serde_json::to_value(picture).unwrap());
        self.tables.put_all(Table::Pictures, rows).await;
        for (picture, number) in [(visible.key, VISIBLE), (private.key, hidden)] {
            let comment = |n: usize| {
                let comment = Comment {
                    picture,
                    comment_id: CommentId::new(),
                    author_id: member(PEOPLE + (n % VISIBLE) as u128),
                    text: "So blue!".into(),
                    created_at: Timestamp::UNIX_EPOCH,
                };
                with(serde_json::to_value(comment).unwrap(), &[("threadId", picture)])
            };
            self.tables.put_all(Table::Comments, (0..number).map(comment)).await;
        }
    }

    /// Reads the first page of a list and counts its items.
    pub async fn count_items(&self, list: List) -> usize {
        let of_reader = |sample| event(sample, member(READER), &[], &[("limit", VISIBLE.to_string())]);
        let request = |event: Value| Request::new(serde_json::from_value(event).unwrap());
        let pictures_of = |owner: u128| {
            let mut event = of_reader(include_str!("../../../events/feed-of-person.json"));
            event["pathParameters"] = json!({"id": member(owner)});
            event
        };
        let feed = async |event| feed::handle(&self.feed, request(event)).await;
        let reply = match list {
            List::Feed => feed(of_reader(include_str!("../../../events/feed.json"))).await,
            List::FeedWithStaleRows => {
                let sample = include_str!("../../../events/feed.json");
                feed(event(sample, member(FORMER_FRIEND), &[], &[("limit", VISIBLE.to_string())])).await
            }
            List::PublicFeed => feed(of_reader(include_str!("../../../events/feed-public.json"))).await,
            List::PicturesForFriend => feed(pictures_of(FRIEND)).await,
            List::PicturesForStranger => feed(pictures_of(STRANGER)).await,
            List::PicturesOfSilent => feed(pictures_of(SILENT)).await,
            List::Comments => {
                let mut event = of_reader(include_str!("../../../events/pictures-comments.json"));
                event["pathParameters"] =
                    json!({"ownerId": self.commented.owner_id, "id": self.commented.picture_id});
                pictures::handle(&self.pictures, request(event)).await
            }
            List::Notifications => {
                let event = of_reader(include_str!("../../../events/inbox-list.json"));
                inbox::handle_request(&self.inbox, request(event)).await
            }
            List::Friends => {
                let event = of_reader(include_str!("../../../events/friends-list.json"));
                friends::handle(&self.friends, request(event)).await
            }
            List::PeopleByName => {
                let query = [("name", "ada".to_owned()), ("limit", VISIBLE.to_string())];
                let sample = include_str!("../../../events/users-search.json");
                users::handle(&self.users, request(event(sample, member(READER), &[], &query))).await
            }
            List::Duplicates => {
                let sample = include_str!("../../../events/pictures-duplicates.json");
                let query = [("sha256", SHA256.to_owned())];
                pictures::handle(&self.pictures, request(event(sample, member(READER), &[], &query))).await
            }
        };
        reply.unwrap().data()["items"].as_array().unwrap().len()
    }
}

/// Adds attributes to a row.
fn with(mut row: Value, attributes: &[(&str, impl ToString)]) -> Value {
    for (name, value) in attributes {
        row[name] = json!(value.to_string());
    }
    row
}
