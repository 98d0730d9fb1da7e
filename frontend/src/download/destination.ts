/** The places to which a browser can write a large file that the page creates. */

/** The name that a browser offers, and the type of the file. */
export interface FileDescription {
  name: string;
  type: string;
  extension: `.${string}`;
}

export interface Destination {
  /** Writes the whole stream and hands the file to the person. Aborting discards it. */
  write: (stream: ReadableStream<Uint8Array>, signal: AbortSignal) => Promise<void>;
}

/** The stream has more bytes than the browser can hold in memory. */
export class TooLargeError extends Error {}

/** The maximum size of a file that is created in memory. */
export const MAX_MEMORY_BYTES = 500_000_000;
/** The folder for files of downloads in the origin private file system. */
const FOLDER = 'downloads';
/** The time after which the browser certainly has the file of an object URL. */
const RELEASE_MS = 60_000;

/** Parts of the File System API that TypeScript does not declare. */
type SavePicker = (options: {
  suggestedName: string;
  types: { accept: Record<string, string[]> }[];
}) => Promise<FileSystemFileHandle & { remove?: () => Promise<void> }>;

/**
 * Chooses where to write a file. Must be called during a click, because it can open a dialog.
 * Returns null if the person closes the dialog.
 *
 * 1. Chromium on a computer writes to a file that the person chooses.
 * 2. Other current browsers write to the private file system of the site, and copy the file to the
 *    downloads at the end. It needs the space twice for a moment, and no memory.
 * 3. All others collect the file in memory, up to `MAX_MEMORY_BYTES`.
 */
export async function chooseDestination(file: FileDescription): Promise<Destination | null> {
  const pick = (window as { showSaveFilePicker?: SavePicker }).showSaveFilePicker;
  if (pick) {
    try {
      return toChosenFile(await pick.call(window, pickerOptions(file)));
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return null;
      // The browser refuses dialogs, for example in a frame.
    }
  }
  return (await toPrivateFile(file)) ?? toMemory(file);
}

const pickerOptions = ({ name, type, extension }: FileDescription) => ({
  suggestedName: name,
  types: [{ accept: { [type]: [extension] } }],
});

function toChosenFile(handle: Awaited<ReturnType<SavePicker>>): Destination {
  return {
    async write(stream, signal) {
      try {
        await stream.pipeTo(await handle.createWritable(), { signal });
      } catch (error) {
        // The dialog created an empty file.
        await handle.remove?.().catch(() => undefined);
        throw error;
      }
    },
  };
}

/** Returns null if the browser has no private file system, such as in a private window. */
async function toPrivateFile({ name }: FileDescription): Promise<Destination | null> {
  try {
    const root = await navigator.storage.getDirectory();
    // Also deletes the files of earlier downloads.
    await root.removeEntry(FOLDER, { recursive: true }).catch(() => undefined);
    const folder = await root.getDirectoryHandle(FOLDER, { create: true });
    const handle = await folder.getFileHandle(crypto.randomUUID(), { create: true });
    const writable = await handle.createWritable();
    const remove = () => folder.removeEntry(handle.name).catch(() => undefined);
    return {
      async write(stream, signal) {
        try {
          await stream.pipeTo(writable, { signal });
        } catch (error) {
          await remove();
          throw error;
        }
        offer(await handle.getFile(), name, () => void remove());
      },
    };
  } catch {
    return null;
  }
}

export function toMemory(
  { name, type }: FileDescription,
  maxBytes = MAX_MEMORY_BYTES,
  offerFile = offer,
): Destination {
  return {
    async write(stream, signal) {
      const chunks: Uint8Array<ArrayBuffer>[] = [];
      let bytes = 0;
      const collector = new WritableStream<Uint8Array>({
        write(chunk) {
          bytes += chunk.length;
          if (bytes > maxBytes) throw new TooLargeError();
          chunks.push(chunk as Uint8Array<ArrayBuffer>);
        },
      });
      await stream.pipeTo(collector, { signal });
      offerFile(new Blob(chunks, { type }), name);
    },
  };
}

/** Makes the browser save a file. Calls `onReleased` when it no longer needs the blob. */
function offer(blob: Blob, name: string, onReleased: () => void = () => undefined): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
    onReleased();
  }, RELEASE_MS);
}
