//! `picture.removed` activities.

use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput};
use aws_sdk_dynamodb::types::error::InternalServerError;
use aws_sdk_s3::operation::abort_multipart_upload::{AbortMultipartUploadError, AbortMultipartUploadOutput};
use aws_sdk_s3::operation::delete_object::{DeleteObjectError, DeleteObjectOutput};
use aws_sdk_s3::operation::list_multipart_uploads::ListMultipartUploadsOutput;
use aws_sdk_s3::types::MultipartUpload;
use aws_sdk_s3::types::error::NoSuchUpload;
use aws_smithy_mocks::{Rule, mock};
use domain::{AlbumId, PictureId, PictureKey, Visibility};
use serde_json::json;

use crate::fake_tables::FakeTables;
use crate::{Services, picture_row};

/// The author of the comment.
const AUTHOR: &str = "7a2d9c40-5e8f-4b16-8c3a-1f0e2d4b6a98";
/// The comment on the sample picture.
const COMMENT: &str = "019a1234-9abc-7def-8123-456789abcdef";

/// The rules for the data of the sample picture.
struct Scenario {
    albums: FakeTables,
    picture_row: Rule,
    uploads: Rule,
    abort_upload: Rule,
    delete_objects: [Rule; 3],
    comments: Rule,
    delete_comments: Rule,
    delete_deadline: Rule,
}

/// Returns one rule per object of the sample picture that accepts its deletion: original, small and
/// large rendition.
fn delete_objects() -> [Rule; 3] {
    let key = testing::registered_picture().key;
    [format!("originals/{key}"), format!("renditions/{key}/small"), format!("renditions/{key}/large")].map(
        |key| {
            mock!(aws_sdk_s3::Client::delete_object)
                .match_requests(move |request| request.key() == Some(&key))
                .then_output(|| DeleteObjectOutput::builder().build())
        },
    )
}

/// Returns a rule that lists `uploads` unfinished uploads of the sample picture, then none.
fn uploads(uploads: usize) -> Rule {
    let page = move || {
        let upload = |n| MultipartUpload::builder().upload_id(format!("upload-{n}")).build();
        ListMultipartUploadsOutput::builder().set_uploads(Some((0..uploads).map(upload).collect())).build()
    };
    mock!(aws_sdk_s3::Client::list_multipart_uploads)
        .match_requests(|request| {
            request.prefix() == Some(&format!("originals/{}", testing::registered_picture().key))
        })
        .sequence()
        .output(page)
        .output(|| ListMultipartUploadsOutput::builder().build())
        .repeatedly()
        .build()
}

/// Returns a rule that replies with `batches` pages of one comment, then with empty pages.
fn comments(batches: usize) -> Rule {
    let key = testing::registered_picture().key;
    let row = json!({"threadId": key.to_string(), "commentId": COMMENT, "ownerId": key.owner_id,
        "pictureId": key.picture_id, "authorId": AUTHOR, "text": "What a light!", "createdAt": "2026-01-02T03:04:05Z"});
    let page_of_one = move || QueryOutput::builder().items(testing::row(&row)).build();
    let empty_page = || QueryOutput::builder().build();
    let rule = mock!(aws_sdk_dynamodb::Client::query).match_requests(move |request| {
        let thread = &request.expression_attribute_values().unwrap()[":thread"];
        (request.table_name(), request.consistent_read(), thread.as_s().unwrap().as_str())
            == (Some("Comments"), Some(true), key.to_string().as_str())
    });
    match batches {
        0 => rule.then_output(empty_page),
        _ => {
            let pages = rule.sequence().output(page_of_one).times(batches);
            pages.output(empty_page).repeatedly().build()
        }
    }
}

impl Scenario {
    /// Creates a scenario with this number of batches of comments on the sample picture. The
    /// picture's row exists if `picture_exists`.
    fn new(picture_exists: bool, comment_batches: usize) -> Self {
        Self {
            albums: FakeTables::default(),
            picture_row: picture_row(picture_exists.then(|| testing::ready_picture(Visibility::Public))),
            uploads: uploads(0),
            abort_upload: mock!(aws_sdk_s3::Client::abort_multipart_upload)
                .match_requests(|request| request.upload_id().is_some_and(|id| id.starts_with("upload-")))
                .then_output(|| AbortMultipartUploadOutput::builder().build()),
            delete_objects: delete_objects(),
            comments: comments(comment_batches),
            delete_comments: mock!(aws_sdk_dynamodb::Client::transact_write_items)
                .match_requests(|request| {
                    let threads = request.transact_items().iter().map(|item| {
                        let delete = item.delete().unwrap();
                        assert_eq!(delete.key()["commentId"].as_s().unwrap(), COMMENT);
                        delete.key()["threadId"].as_s().unwrap().clone()
                    });
                    threads.eq([testing::registered_picture().key.to_string(), format!("author#{AUTHOR}")])
                })
                .then_output(|| TransactWriteItemsOutput::builder().build()),
            delete_deadline: mock!(aws_sdk_dynamodb::Client::delete_item)
                .match_requests(|request| request.table_name() == Some("Deadlines"))
                .then_output(|| DeleteItemOutput::builder().build()),
        }
    }

    /// Handles the sample event. Returns `true` if the message succeeded.
    async fn succeeds(&self) -> bool {
        let tables = [&self.picture_row, &self.comments, &self.delete_comments, &self.delete_deadline];
        let tables: Vec<_> = self.albums.rules().chain(tables).collect();
        let [original, small, large] = &self.delete_objects;
        let bucket = [&self.uploads, &self.abort_upload, original, small, large];
        let services = Services { tables: &tables, bucket: &bucket, ..Services::default() };
        services.succeeds(testing::sample_event("cleanup.json")).await
    }

    /// Returns the number of deletions of each object, of batches of comments and of the deadline.
    fn deletions(&self) -> ([usize; 3], usize, usize) {
        (
            self.delete_objects.each_ref().map(Rule::num_calls),
            self.delete_comments.num_calls(),
            self.delete_deadline.num_calls(),
        )
    }
}

#[tokio::test]
async fn deletes_all_data_of_a_deleted_picture() {
    let scenario = Scenario::new(false, 3);
    assert!(scenario.succeeds().await);
    assert_eq!(scenario.deletions(), ([1, 1, 1], 3, 1));
}

#[tokio::test]
async fn aborts_the_unfinished_uploads_of_a_deleted_picture() {
    let scenario = Scenario { uploads: uploads(3), ..Scenario::new(false, 0) };
    assert!(scenario.succeeds().await);
    assert_eq!(scenario.abort_upload.num_calls(), 3);
    let scenario = Scenario { uploads: uploads(3), ..Scenario::new(true, 0) };
    assert!(scenario.succeeds().await);
    assert_eq!(scenario.abort_upload.num_calls(), 0, "the picture exists");
}

#[tokio::test]
async fn an_upload_that_is_aborted_meanwhile_is_no_failure() {
    let gone = mock!(aws_sdk_s3::Client::abort_multipart_upload)
        .then_error(|| AbortMultipartUploadError::NoSuchUpload(NoSuchUpload::builder().build()));
    let scenario = Scenario { uploads: uploads(1), abort_upload: gone, ..Scenario::new(false, 0) };
    assert!(scenario.succeeds().await);
    let busy = mock!(aws_sdk_s3::Client::abort_multipart_upload).then_error(|| {
        AbortMultipartUploadError::generic(
            aws_sdk_s3::error::ErrorMetadata::builder().message("busy").build(),
        )
    });
    let scenario = Scenario { uploads: uploads(1), abort_upload: busy, ..Scenario::new(false, 0) };
    assert!(!scenario.succeeds().await);
}

#[tokio::test]
async fn a_replay_succeeds() {
    let scenario = Scenario::new(false, 1);
    assert!(scenario.succeeds().await && scenario.succeeds().await);
    assert_eq!(scenario.deletions(), ([2, 2, 2], 1, 2));
}

#[tokio::test]
async fn keeps_the_data_of_an_existing_picture() {
    let scenario = Scenario::new(true, 1);
    assert!(scenario.succeeds().await);
    assert_eq!(scenario.deletions(), ([0, 0, 0], 0, 0));
}

#[tokio::test]
async fn a_failed_deletion_of_an_object_is_retried() {
    let [original, small, _] = delete_objects();
    let busy = mock!(aws_sdk_s3::Client::delete_object).then_error(|| {
        DeleteObjectError::generic(aws_sdk_s3::error::ErrorMetadata::builder().message("busy").build())
    });
    let scenario = Scenario { delete_objects: [original, small, busy], ..Scenario::new(false, 0) };
    assert!(!scenario.succeeds().await);
}

#[tokio::test]
async fn a_failed_deletion_of_comments_is_retried() {
    let failing = mock!(aws_sdk_dynamodb::Client::transact_write_items)
        .then_error(|| TransactWriteItemsError::InternalServerError(InternalServerError::builder().build()));
    let scenario = Scenario { delete_comments: failing, ..Scenario::new(false, 2) };
    assert!(!scenario.succeeds().await);
    assert_eq!(scenario.deletions(), ([1, 1, 1], 1, 0));
}

#[tokio::test]
async fn removes_a_deleted_picture_from_its_albums_and_deletes_its_links() {
    let scenario = Scenario::new(false, 0);
    let (tables, picture) = (&scenario.albums, testing::registered_picture().key);
    let another = PictureKey { picture_id: PictureId::new(), ..picture };
    let albums = [AlbumId::new(), AlbumId::new()];
    for (album, is_waiting) in albums.into_iter().zip([false, true]) {
        tables.put_album(album, picture.owner_id);
        tables.put_picture(album, picture, is_waiting);
        tables.put_picture(album, another, false);
    }
    tables.put_link(picture.owner_id, &format!("picture#{picture}"));
    tables.put_link(picture.owner_id, &format!("picture#{another}"));
    tables.remove_picture(picture);
    for _ in 0..2 {
        assert!(scenario.succeeds().await);
        let of_album = |album| ["picture#", "waiting#"].map(|kind| tables.count_of_album(album, kind));
        assert_eq!(albums.map(of_album), [[1, 0]; 2]);
        assert_eq!((tables.number(albums[0], "count"), tables.count_rows("Links")), ("1".into(), 3));
    }
}
