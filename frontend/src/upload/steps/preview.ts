/** Pixels: twice the height in the list, for high-density screens. */
const HEIGHT = 96;

/**
 * Returns the blob URL of a small copy of a picture file.
 * Returns `null` if the browser cannot decode the file.
 */
export async function createPreview(file: Blob): Promise<string | null> {
  try {
    const bitmap = await createImageBitmap(file, { resizeHeight: HEIGHT, resizeQuality: 'medium' });
    const canvas = document.createElement('canvas');
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
    const blob = await new Promise<Blob | null>((resolve) =>
      canvas.toBlob(resolve, 'image/jpeg', 0.8),
    );
    return blob && URL.createObjectURL(blob);
  } catch {
    return null;
  }
}
