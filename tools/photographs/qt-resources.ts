const NODE_BYTES = 22;
const FOLDER = 2;

/**
 * Finds a file in a Qt binary resource file (`.rcc`, version 2 or later, the file stored uncompressed).
 * Format: Qt's qresource.cpp. A tree of nodes (offset of its name, flags, then number and first of its children, or
 * locale and offset of its data), names in UTF-16 behind their length and hash, data behind their length; big-endian.
 * @param path the names of its folders and its own, with slashes between
 * @throws if the bytes are none, or the file is not there or compressed
 */
export function readQtResource(resources: Buffer, path: string): Buffer {
  if (resources.toString('latin1', 0, 4) !== 'qres' || resources.readUInt32BE(4) < 2) {
    throw new Error('Expected a Qt resource file of version 2 or later');
  }
  const [tree, data, names] = [8, 12, 16].map((offset) => resources.readUInt32BE(offset));
  if (tree === undefined || data === undefined || names === undefined) throw new Error('Expected three offsets');
  const nodeAt = (index: number) => tree + NODE_BYTES * index;
  const flagsAt = (node: number) => resources.readUInt16BE(node + 4);
  const nameAt = (node: number) => {
    const start = names + resources.readUInt32BE(node);
    const utf16 = Buffer.from(resources.subarray(start + 6, start + 6 + 2 * resources.readUInt16BE(start)));
    return utf16.swap16().toString('utf16le');
  };
  let node = nodeAt(0);
  for (const name of path.split('/')) {
    const count = flagsAt(node) === FOLDER ? resources.readUInt32BE(node + 6) : 0;
    const first = resources.readUInt32BE(node + 10);
    const found = Array.from({ length: count }, (_, index) => nodeAt(first + index)).find(
      (child) => nameAt(child) === name,
    );
    if (found === undefined) throw new Error(`Expected ${path} in the Qt resource file but there is no ${name}`);
    node = found;
  }
  if (flagsAt(node) !== 0) throw new Error(`Expected an uncompressed file at ${path} in the Qt resource file`);
  const start = data + resources.readUInt32BE(node + 10);
  return resources.subarray(start + 4, start + 4 + resources.readUInt32BE(start));
}
