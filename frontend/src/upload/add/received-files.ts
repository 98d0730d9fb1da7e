import { t } from '../../texts';

/** Files that operating systems add to folders. */
const SYSTEM_FILES = /^(\.|Thumbs\.db$|desktop\.ini$)/i;

/**
 * Returns the dropped files, including the files in dropped folders.
 * Reads `data` before it awaits anything, because browsers clear it after the event.
 */
export async function readDroppedFiles(data: DataTransfer): Promise<File[]> {
  const files = [...data.files];
  const entries = Array.from(data.items, (item) => item.webkitGetAsEntry?.() ?? null).filter(
    (entry) => entry !== null,
  );
  if (!entries.some((entry) => entry.isDirectory)) return files;
  return (await Promise.all(entries.map(readFiles))).flat();
}

async function readFiles(entry: FileSystemEntry): Promise<File[]> {
  if (SYSTEM_FILES.test(entry.name)) return [];
  if (entry.isFile) return [await readFile(entry as FileSystemFileEntry)];
  const entries = await readEntries(entry as FileSystemDirectoryEntry);
  return (await Promise.all(entries.map(readFiles))).flat();
}

const readFile = (entry: FileSystemFileEntry) =>
  new Promise<File>((resolve, reject) => entry.file(resolve, reject));

/** Returns all entries. A reader returns them in groups, and an empty group at the end. */
async function readEntries(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const group = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (group.length === 0) return entries;
    entries.push(...group);
  }
}

/** Returns the pasted files. Renames copied pictures, because browsers call each `image.png`. */
export function readPastedFiles(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])].map((file) => {
    const [, extension] = /^image\.(\w+)$/.exec(file.name) ?? [];
    if (!extension) return file;
    return new File([file], `${t.upload.pasted}.${extension}`, { type: file.type });
  });
}

/** Returns `true` if pasting there inserts text. */
export function isTextInput(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, dialog[open]') !== null)
  );
}
