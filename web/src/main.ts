import { styles as shipped } from 'virtual:styles';
import type { WantedDevice } from './app/devices.ts';
import { sortFile } from './app/files.ts';
import { deviceFacts, pixelLimits } from './app/limits.ts';
import { createLiveCamera } from './app/live-camera.ts';
import { createOwnStyles } from './app/own-styles.ts';
import { createPainter } from './app/painter.ts';
import { createPainterClient } from './app/painter-client.ts';
import { saveFile, saveStyle } from './app/save-file.ts';
import { createStore, initialState, type OwnStyle } from './app/state.ts';
import { createLazyWorkshop } from './app/workshop.ts';
import { registerServiceWorker } from './offline/register.ts';
import { connectAbout } from './view/about.ts';
import { connectControls } from './view/controls.ts';
import { connectDivider } from './view/divider.ts';
import { element } from './view/element.ts';
import { connectIncoming } from './view/incoming.ts';
import { createLiveView } from './view/live.ts';
import { connectNotices } from './view/notices.ts';
import { connectOwnList } from './view/own-list.ts';
import { connectSamples } from './view/samples.ts';
import { createStage } from './view/stage.ts';
import { connectStyleStrip } from './view/style-strip.ts';
import { complain } from './view/workshop-message.ts';

const store = createStore(
  initialState(
    shipped.map(({ author, licence, ...style }) => ({
      ...style,
      credit: [author, licence].filter(Boolean).join(', '),
    })),
  ),
);
const ready = registerServiceWorker();
let device: WantedDevice = 'auto';
const client = createPainterClient({
  device,
  ready,
  onRuntime: (runtime) => store.update({ runtime }),
  onReplaced: () => painter.forget(),
});
const stage = createStage(store);
const ownStyles = createOwnStyles(store, client);
const painter = createPainter({
  store,
  client,
  ownStyles,
  limits: pixelLimits(deviceFacts()),
  onTile: stage.showTile,
});
const camera = createLiveCamera(store, client, (frame) => live.showFrame(frame));
const live = createLiveView(store, {
  onTake: async () => {
    const file = await camera.take();
    if (file) await painter.open(file);
  },
  onStop: () => {
    camera.stop();
    const { photograph, painting, chosen, strokes } = store.state;
    if (photograph && (painting?.style !== chosen || painting?.strokes !== strokes)) paintAgain();
  },
  onTurn: camera.turn,
});

function paintAgain(): void {
  const { chosen } = store.state;
  if (chosen) void painter.choose(chosen);
}

/** Opens what the user gave: the first of several files. */
async function openFiles([first]: readonly File[]): Promise<void> {
  if (!first || workshop.take(first)) return;
  const sorted = sortFile(first);
  switch (sorted.kind) {
    case 'refused':
      return store.update({ message: { kind: 'error', text: sorted.reason } });
    case 'picture':
      camera.stop();
      return painter.open(sorted.file);
    case 'model':
      return painter.addStyle(sorted.file);
  }
}

async function removeOwn(style: OwnStyle): Promise<void> {
  try {
    await ownStyles.remove(style);
    complain(undefined);
  } catch (error) {
    return complain(error instanceof Error ? error.message : String(error));
  }
  const [first] = store.state.styles;
  if (store.state.chosen?.id === style.id && first) await painter.choose(first);
}

const incoming = connectIncoming(openFiles);
const workshop = createLazyWorkshop({
  device: () => device,
  ready,
  onTrained: ownStyles.add,
  onUse: painter.choose,
  onOpenModel: incoming.chooseModel,
});
connectDivider();
connectNotices(store, painter.cancel);
connectStyleStrip(store, { onChoose: painter.choose, onOwn: workshop.open });
connectOwnList(store, { onDownload: saveStyle, onRemove: removeOwn });
connectControls(store, {
  onControls: painter.setControls,
  onStrokes: painter.setStrokes,
  onSave: async (format) => {
    const saved = await painter.save(format);
    if (saved) saveFile(saved.file, saved.name);
  },
  onPaint: paintAgain,
});
connectAbout(store, (wanted) => {
  device = wanted;
  client.restart(wanted);
  paintAgain();
});

for (const id of ['open', 'welcome-open']) {
  element(id, HTMLButtonElement).addEventListener('click', incoming.choosePicture);
}
for (const id of ['camera', 'welcome-camera']) {
  element(id, HTMLButtonElement).addEventListener('click', () => camera.start());
}
for (const id of ['training-chip', 'welcome-make']) {
  element(id, HTMLButtonElement).addEventListener('click', workshop.open);
}
connectSamples((file) => openFiles([file]));
void ownStyles.restore();
