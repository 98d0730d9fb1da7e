/** Files that are handed over: dropped, with what is in dropped folders, or pasted. */
import { t } from '../texts';

/** Files that systems put beside pictures. */
const NOISE = /^(\.|Thumbs\.db$|desktop\.ini$)/i;

/** What was dropped. The event's data is gone once it has been handled, so the entries are taken before anything is awaited. */
export async function dropped(data: DataTransfer): Promise<File[]> {
  const files = [...data.files];
  const entries = Array.from(data.items, (item) => item.webkitGetAsEntry?.() ?? null).filter(
    (entry) => entry !== null,
  );
  if (!entries.some((entry) => entry.isDirectory)) return files;
  const found = await Promise.all(entries.map(filesOf));
  return found.flat();
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (NOISE.test(entry.name)) return [];
  if (entry.isFile)
    return [
      await new Promise<File>((resolve, reject) =>
        (entry as FileSystemFileEntry).file(resolve, reject),
      ),
    ];
  const inside = await Promise.all(
    (await entriesOf(entry as FileSystemDirectoryEntry)).map(filesOf),
  );
  return inside.flat();
}

/** A reader gives some at a time, and none when there are no more. */
async function entriesOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** Pictures on the clipboard; what was copied from a page or the screen has no name of its own. */
export function pasted(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])].map((file) => {
    const [, ending] = /^image\.(\w+)$/.exec(file.name) ?? [];
    return ending ? new File([file], `${t.upload.pasted}.${ending}`, { type: file.type }) : file;
  });
}

/** Whether somebody is writing there: what they paste is theirs. */
export function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, dialog[open]') !== null)
  );
}
