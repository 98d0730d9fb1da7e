import type { UploadApi } from '../upload-api';
import type { NewPicture, Picture } from '../../api/types';
import { t } from '../../texts';
import type { PictureDetails, UploadItem } from '../list/item';
import type { UploadList } from '../list/upload-list.svelte';
import { DetailsSaver, type SaveRequest } from './details-saver';
import { FailedSaves } from './failed-saves';

/** Edits captions and visibilities in the list, and saves those of registered pictures. */
export class DetailsEditor {
  #list: UploadList;
  #onPicture: (picture: Picture) => void;
  #saver: DetailsSaver;
  #failedSaves = new FailedSaves((id, request) => void this.#saver.save(id, request));
  #isDisposed = false;

  constructor(api: UploadApi, list: UploadList, onPicture: (picture: Picture) => void) {
    this.#list = list;
    this.#onPicture = onPicture;
    this.#saver = new DetailsSaver(api, {
      onSaved: (id, picture) => this.#applySaved(id, picture),
      onFailed: (id, request, reason) => this.#applyFailed(id, request, reason),
    });
  }

  /** The number of pictures whose details the API does not have yet. */
  get unsaved(): number {
    const listed = this.#list.items.filter(({ saveError }) => saveError).length;
    return this.#saver.count + this.#failedSaves.count + listed;
  }

  /**
   * Changes the details of uploads. Returns the first reason of a failed save, or `null`.
   * Returns `undefined` if the person signed out meanwhile.
   */
  async edit(
    ids: readonly string[],
    details: Partial<PictureDetails>,
  ): Promise<string | null | undefined> {
    for (const id of ids) this.#list.dispatch(id, { type: 'detailsEdited', details });
    const reasons = await Promise.all(ids.map((id) => this.#save(id)));
    if (this.#isDisposed) return undefined;
    return reasons.find((reason) => reason !== null) ?? null;
  }

  /** Saves details that changed while the picture was registered with `body`. */
  saveChangesSince(item: UploadItem, { visibility, caption = '' }: NewPicture): void {
    if (item.visibility !== visibility || item.caption !== caption) void this.#save(item.id);
  }

  /** Shows details that were changed elsewhere, unless newer ones are to be saved here. */
  applyRemoteChange({ id, picture, saveError }: UploadItem, changed: Picture): void {
    if (!picture || saveError || this.#saver.isSaving(id)) return;
    this.#list.dispatch(id, { type: 'detailsChangedElsewhere', picture: changed });
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#saver.dispose();
    this.#failedSaves.dispose();
  }

  /** Does nothing before the registration, which includes the details. */
  async #save(id: string): Promise<string | null> {
    const item = this.#list.find(id);
    if (!item?.picture) return null;
    const { caption, visibility, picture, file } = item;
    return this.#saver.save(id, { caption, visibility, picture, fileName: file.name });
  }

  #applySaved(id: string, picture: Picture): void {
    this.#list.dispatch(id, { type: 'detailsSaved', picture });
    if (picture.state === 'ready') this.#onPicture(picture);
  }

  #applyFailed(id: string, request: SaveRequest, reason: string): void {
    if (this.#list.find(id))
      this.#list.dispatch(id, { type: 'detailsSaveFailed', reason: t.upload.edit.failed(reason) });
    else this.#failedSaves.add(id, request, reason);
  }
}
