/** A duration in words, as exact as anyone wants to know it: `about 25 minutes`. */
export function inWords(seconds: number): string {
  const minutes = seconds / 60;
  if (minutes < 1) return 'less than a minute';
  if (minutes < 1.5) return 'about a minute';
  if (minutes < 55) return `about ${Math.round(minutes < 15 ? minutes : minutes / 5) * (minutes < 15 ? 1 : 5)} minutes`;
  const hours = minutes / 60;
  if (hours < 1.25) return 'about an hour';
  const halves = Math.round(2 * hours) / 2;
  return `about ${Math.floor(halves)}${halves % 1 ? '½' : ''} hours`;
}
