import { describe, expect, it } from 'vitest';
import { placeSideBySide } from '../../src/image/side-by-side.node.ts';
import { colourAt, plainPicture } from '../helpers/pictures.ts';

describe('placeSideBySide', () => {
  it('gives pictures one height, their own proportions and white between them', async () => {
    const pictures = [
      plainPicture(20, 10, [200, 0, 0]),
      plainPicture(30, 60, [0, 200, 0]),
      plainPicture(8, 8, [0, 0, 200]),
    ];
    const sheet = await placeSideBySide(pictures, 40);
    expect([sheet.width, sheet.height, sheet.data.length]).toEqual([172, 40, 3 * 172 * 40]);
    const colours = [0, 79, 80, 95, 96, 115, 116, 131, 132, 171].map((x) => colourAt(sheet, x, 39));
    const [red, green, blue, white] = [
      [200, 0, 0],
      [0, 200, 0],
      [0, 0, 200],
      [255, 255, 255],
    ];
    expect(colours).toEqual([red, red, white, white, green, green, white, white, blue, blue]);
  });
});
