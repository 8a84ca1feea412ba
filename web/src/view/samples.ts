import cat from '../../../artifacts/photographs/cat-portrait.jpg';
import city from '../../../artifacts/photographs/city-by-the-water-at-dusk.jpg';
import lake from '../../../artifacts/photographs/lake-below-mountains.jpg';
import { element } from './element.ts';

const samples = [
  { name: 'A cat', address: cat },
  { name: 'A lake below mountains', address: lake },
  { name: 'A city by the water at dusk', address: city },
] as const;

/** The sample photographs of the first view. */
export function connectSamples(onFile: (file: File) => void): void {
  element('samples', HTMLUListElement).replaceChildren(
    ...samples.map(({ name, address }) => {
      const image = document.createElement('img');
      Object.assign(image, { src: address, alt: name, width: 120, height: 80, decoding: 'async' });
      const button = document.createElement('button');
      button.type = 'button';
      button.append(image);
      button.addEventListener('click', async () => {
        const response = await fetch(address);
        onFile(new File([await response.blob()], `${name}.jpg`));
      });
      const item = document.createElement('li');
      item.append(button);
      return item;
    }),
  );
}
