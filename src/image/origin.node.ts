import sharp from 'sharp';

/**
 * Metadata (XMP, ISO 16684-1) that names what a picture was made from, as Dublin Core's identifier: all formats that are
 * written carry it inside the file, which thus says of itself whether it is the result that is wanted.
 * @param origin letters and digits
 */
export function originXmp(origin: string): string {
  return (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" ' +
    `xmp:CreatorTool="impasto" dc:identifier="${origin}"/></rdf:RDF></x:xmpmeta>`
  );
}

/** The origin that a picture file names; undefined if it names none, is no picture, or is not there. */
export async function readOrigin(path: string): Promise<string | undefined> {
  const header = await sharp(path, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  return header?.xmpAsString?.match(/ dc:identifier="(\w+)"/)?.[1];
}
