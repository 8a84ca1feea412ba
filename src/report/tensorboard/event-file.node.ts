import { appendFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../files/make-folder.node.ts';
import { systemErrorCode } from '../../files/system-error.node.ts';
import { type EventContent, encodeEvent } from './event.ts';
import { frameRecord } from './records.ts';

/** A file of events that TensorBoard reads while it grows. */
export class EventFile {
  private constructor(readonly path: string) {}

  /**
   * Begins a new file in a folder, which is made if it is missing; files of earlier runs stay.
   * @throws one sentence if the folder cannot be made
   */
  static async create(folder: string): Promise<EventFile> {
    await makeFolder(folder);
    const file = new EventFile(await newPath(folder));
    await file.append({ fileVersion: 'brain.Event:2' });
    return file;
  }

  async append(content: EventContent): Promise<void> {
    await appendFile(this.path, frameRecord(encodeEvent(content, Date.now() / 1000)));
  }
}

/** TensorBoard reads files in the order of their names, which begin with the second in which they were made. */
async function newPath(folder: string): Promise<string> {
  for (let second = Math.floor(Date.now() / 1000); ; second++) {
    const path = join(folder, `events.out.tfevents.${second}.impasto`);
    try {
      await (await open(path, 'wx')).close();
      return path;
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    }
  }
}
