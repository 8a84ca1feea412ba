import crc32c from 'crc-32/crc32c.js';

/** Added to a rotated checksum, so that the checksum of data that holds checksums is not a special one. */
const maskDelta = 0xa282ead8;

/**
 * The masked CRC-32C of TensorFlow's record files (tensorflow/core/lib/hash/crc32c.h): the checksum (RFC 3720, appendix
 * B.4) rotated right by 15 bits, plus a constant.
 */
export function maskedChecksum(data: Uint8Array): number {
  const checksum = crc32c.buf(data) >>> 0;
  return (((checksum >>> 15) | (checksum << 17)) + maskDelta) >>> 0;
}

/**
 * A record as TensorFlow's files hold it (TFRecord), all numbers little-endian: the length in 8 bytes, its masked
 * checksum, the data, their masked checksum.
 */
export function frameRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(16 + data.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedChecksum(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedChecksum(data), true);
  return record;
}
