//! Deletes what belongs to deleted albums and ended memberships.

use domain::{AlbumId, LinkTarget, PictureKey, UserId};
use lambda::Error;

use crate::{Context, delete_in_batches};

/// The number of pictures that one round removes from an album.
const PICTURES_PER_ROUND: usize = 24;

/// Deletes the members, the pictures and the links of an album if its row no longer exists. The
/// pictures themselves remain. Members are deleted first, because they decide for whom `index`
/// checks the removed pictures.
///
/// An album with 10,000 pictures can need several attempts, because each picture takes several
/// writes to the partition of the album.
pub async fn delete_remaining_data(context: &Context, album: AlbumId, owner: UserId) -> Result<(), Error> {
    if context.albums.get(album).await?.is_some() {
        tracing::warn!("deleted nothing because the album exists");
        return Ok(());
    }
    // The owner can create another smart album at once.
    context.albums.forget_smart_album(owner, album).await?;
    delete_in_batches(|| context.albums.delete_some_members(album)).await?;
    delete_in_batches(|| context.albums.remove_some_pictures(album)).await?;
    delete_in_batches(|| context.links.delete_some_to(LinkTarget::Album(album))).await?;
    context.albums.forget_owner(album, owner).await?;
    tracing::info!("deleted the data of the album");
    Ok(())
}

/// Removes the pictures of a former member from an album. Ends if the user is a member again. Also
/// forgets which members they added.
/// Removes nothing from a deleted album, which [`delete_remaining_data`] empties.
pub async fn remove_pictures_of_former_member(
    context: &Context,
    album: AlbumId,
    user: UserId,
) -> Result<(), Error> {
    let Some(row) = context.albums.get(album).await? else { return Ok(()) };
    if context.albums.get_member(album, user).await?.is_none() {
        context.albums.forget_adder(&row, user).await?;
    }
    delete_in_batches(async || {
        let exists = context.albums.get(album).await?.is_some();
        if !exists || context.albums.get_member(album, user).await?.is_some() {
            return Ok(0);
        }
        let pictures = context.albums.list_of_owner(album, user, PICTURES_PER_ROUND).await?;
        context.albums.remove_pictures(album, &pictures).await?;
        Ok(pictures.len())
    })
    .await
}

/// Removes a deleted picture from all albums, and deletes the links to it.
pub async fn forget_picture(context: &Context, picture: PictureKey) -> Result<(), Error> {
    for album in context.albums.list_of_picture(picture).await? {
        context.albums.remove_pictures(album, &[picture]).await?;
    }
    delete_in_batches(|| context.links.delete_some_to(LinkTarget::Picture(picture))).await
}

/// Deletes the albums of a deleted account and ends its memberships. The activities of these
/// deletions trigger [`delete_remaining_data`] and [`remove_pictures_of_former_member`].
pub async fn leave_all(context: &Context, account: UserId) -> Result<(), Error> {
    let ids = context.albums.list_all_of_member(account).await?;
    let albums = context.albums.get_all(&ids).await?;
    for id in ids {
        match albums.iter().find(|album| album.album_id == id) {
            Some(album) if album.owner_id == account => {
                context.albums.delete(id).await?;
            }
            // The album of another member, or one that is already deleted.
            _ => context.albums.remove_member(id, account).await?,
        }
    }
    context.albums.forget_smart_albums(account).await
}
