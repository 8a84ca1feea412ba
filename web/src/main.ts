import { styles as shipped } from 'virtual:styles';
import { sortFile } from './app/files.ts';
import { deviceFacts, pixelLimits } from './app/limits.ts';
import { createLiveCamera } from './app/live-camera.ts';
import { addOwnStyle } from './app/own-styles.ts';
import { createPainter } from './app/painter.ts';
import { createPainterClient } from './app/painter-client.ts';
import { saveFile } from './app/save-file.ts';
import { createStore, initialState } from './app/state.ts';
import { registerServiceWorker } from './offline/register.ts';
import { connectAbout } from './view/about.ts';
import { connectControls } from './view/controls.ts';
import { connectDivider } from './view/divider.ts';
import { element } from './view/element.ts';
import { connectIncoming } from './view/incoming.ts';
import { createLiveView } from './view/live.ts';
import { connectNotices } from './view/notices.ts';
import { connectSamples } from './view/samples.ts';
import { createStage } from './view/stage.ts';
import { connectStyleStrip } from './view/style-strip.ts';

const store = createStore(
  initialState(
    shipped.map(({ author, licence, ...style }) => ({
      ...style,
      credit: [author, licence].filter(Boolean).join(', '),
    })),
  ),
);
const client = createPainterClient('auto', registerServiceWorker(), (runtime) => store.update({ runtime }));
const stage = createStage(store);
const painter = createPainter({ store, client, limits: pixelLimits(deviceFacts()), onTile: stage.showTile });
const camera = createLiveCamera(store, client, (frame) => live.showFrame(frame));
const live = createLiveView(store, {
  onTake: async () => {
    const file = await camera.take();
    if (file) await painter.open(file);
  },
  onStop: camera.stop,
  onTurn: camera.turn,
});

const fail = (text: string) => store.update({ message: { kind: 'error', text } });

/** Opens what the user gave: the first of several files. */
async function openFiles([first]: readonly File[]): Promise<void> {
  if (!first) return;
  const sorted = sortFile(first);
  switch (sorted.kind) {
    case 'refused':
      return fail(sorted.reason);
    case 'picture':
      camera.stop();
      return painter.open(sorted.file);
    case 'model':
      return openModel(sorted.file);
  }
}

async function openModel(file: File): Promise<void> {
  store.update({ work: { label: 'Opening the style', share: undefined }, message: undefined });
  try {
    await painter.choose(await addOwnStyle(file, store, client));
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  } finally {
    store.update({ work: undefined });
  }
}

const incoming = connectIncoming(openFiles);
connectDivider();
connectNotices(store, painter.cancel);
connectStyleStrip(store, { onChoose: painter.choose, onOwn: incoming.chooseModel });
connectControls(store, {
  onControls: painter.setControls,
  onSave: async (format) => {
    const saved = await painter.save(format);
    if (saved) saveFile(saved.file, saved.name);
  },
});
connectAbout(store, async (wantedDevice) => {
  store.update({ wantedDevice });
  client.restart(wantedDevice);
  await painter.reopen();
});

for (const id of ['open', 'welcome-open']) {
  element(id, HTMLButtonElement).addEventListener('click', incoming.choosePicture);
}
for (const id of ['camera', 'welcome-camera']) {
  element(id, HTMLButtonElement).addEventListener('click', () => camera.start());
}
connectSamples((file) => openFiles([file]));
