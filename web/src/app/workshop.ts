import type { Workshop, WorkshopOptions } from '../training/index.ts';
import { holdsTraining } from '../training/store.ts';

/** The workshop, whose code is fetched when it is first opened, or an earlier visit has left a training in it. */
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
  const restore = async (): Promise<void> => {
    // Where the browser stores nothing, that is said when the workshop is opened.
    if (await holdsTraining().catch(() => false)) workshop = await load();
  };
  void restore();
  return { open, take: (file) => workshop?.take(file) ?? false };
}
