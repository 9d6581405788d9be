import type { Page } from 'playwright-core';

/** Red, green and blue of the map as it is seen, by pixels right of and below its middle. */
export async function mapColours(page: Page, spots: readonly (readonly [number, number])[]): Promise<(readonly [number, number, number])[]> {
  const box = await page.getByRole('application').boundingBox();
  if (box === null) throw new Error('no map');
  const picture = `data:image/png;base64,${(await page.screenshot({ clip: box })).toString('base64')}`;
  // A canvas with pictures of another origin cannot be read; its screenshot can.
  return page.evaluate(async ({ source, points }) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const g = new OffscreenCanvas(image.width, image.height).getContext('2d', { willReadFrequently: true });
    if (g === null) throw new Error('this browser draws no canvas');
    g.drawImage(image, 0, 0);
    return points.map(([dx, dy]) => {
      const [red = 0, green = 0, blue = 0] = g.getImageData(Math.round(image.width / 2) + dx, Math.round(image.height / 2) + dy, 1, 1).data;
      return [red, green, blue] as const;
    });
  }, { source: picture, points: spots });
}
