/** The sample photographs of the first view. */
export function connectSamples(onFile: (file: File) => void): void {
  for (const button of document.querySelectorAll('.samples button')) {
    button.addEventListener('click', async () => {
      const image = button.querySelector('img');
      if (!image) return;
      const response = await fetch(image.src);
      onFile(new File([await response.blob()], `${image.alt}.jpg`));
    });
  }
}
