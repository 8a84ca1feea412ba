declare module 'crc-32/crc32c.js' {
  export { buf } from 'crc-32';
}
