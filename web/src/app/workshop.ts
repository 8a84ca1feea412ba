import { databaseName } from '../training/database-name.ts';
import type { Workshop, WorkshopOptions } from '../training/index.ts';

/** The workshop, whose code is fetched when it is first opened, or an earlier visit has left something in it. */
export function createLazyWorkshop(options: WorkshopOptions): {
  readonly open: () => Promise<void>;
  /** Takes a file that was dropped or pasted; false if the workshop is closed. */
  readonly take: (file: File) => boolean;
} {
  let loading: Promise<Workshop> | undefined;
  let workshop: Workshop | undefined;
  const load = (): Promise<Workshop> => {
    loading ??= import('../training/index.ts').then(({ createWorkshop }) => createWorkshop(options));
    return loading;
  };
  const open = async (): Promise<void> => {
    workshop = await load();
    workshop.open();
  };
  void holdsWork().then(async (does) => {
    if (does) workshop = await load();
  });
  return { open, take: (file) => workshop?.take(file) ?? false };
}

async function holdsWork(): Promise<boolean> {
  // Browsers that list no databases, and private windows, are asked when the workshop is opened.
  const databases = await indexedDB.databases().catch(() => []);
  return databases.some(({ name }) => name === databaseName);
}
