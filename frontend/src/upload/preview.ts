/** Pixels; twice what the list shows, for fine screens. */
const HEIGHT = 96;

/** A small likeness of a picture file as a blob URL, decoded off the main thread; null where the browser cannot. */
export async function preview(file: Blob): Promise<string | null> {
  try {
    const bitmap = await createImageBitmap(file, { resizeHeight: HEIGHT, resizeQuality: 'medium' });
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
    const blob = await new Promise<Blob | null>((resolve) =>
      canvas.toBlob(resolve, 'image/jpeg', 0.8),
    );
    return blob && URL.createObjectURL(blob);
  } catch {
    return null;
  }
}
