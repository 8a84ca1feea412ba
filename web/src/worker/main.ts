import { describeFailure } from './describe-failure.ts';
import { Painting, paintFrame, type Watching } from './painting.ts';
import type { CallName, Calls, FromWorker, TileProgress, ToWorker } from './protocol.ts';
import { describeStyle } from './style-description.ts';
import { Styles } from './styles.ts';

const painting = new Painting();
let styles = new Styles('auto', announce);
const underWay = new Map<number, AbortController>();
/** Networks run one after another, and a photograph is not changed while it is painted. */
let last: Promise<unknown> = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case 'start':
      styles = new Styles(data.device, announce);
      return;
    case 'cancel':
      underWay.get(data.id)?.abort();
      return;
    case 'call':
      last = answer(data, last);
  }
});

const whenFull = 'This device has not enough memory free for this picture in this style. Try a smaller one.';

type Call = Extract<ToWorker, { kind: 'call' }>;

async function answer(call: Call, others: Promise<unknown>): Promise<void> {
  const { id } = call;
  const controller = new AbortController();
  underWay.set(id, controller);
  const onTile = (progress: TileProgress) => post({ kind: 'progress', id, progress }, [progress.bitmap]);
  try {
    await others;
    controller.signal.throwIfAborted();
    const result = await perform(call, { onTile, signal: controller.signal });
    post({ kind: 'result', id, result }, result instanceof ImageBitmap ? [result] : transferable(result));
  } catch (error) {
    post({ kind: 'failed', id, ...describeFailure(error, whenFull) });
  } finally {
    underWay.delete(id);
  }
}

function perform(call: Call, watching: Watching): Promise<Calls[CallName]['result']> {
  switch (call.name) {
    case 'open':
      return painting.open(call.request.file, call.request.limits);
    case 'prepare':
      return styles.use(call.request.style, { tiles: false }, () => describeStyle(call.request.style.model));
    case 'paint':
      return painting.paint(styles, call.request.style, call.request.strokeSize, watching);
    case 'keepColors':
      return painting.keepColors(call.request.key);
    case 'save':
      return painting.save(call.request.key, call.request.format, call.request.controls);
    case 'frame':
      return paintFrame(styles, call.request.style, call.request.bitmap, call.request.controls);
  }
}

function transferable(result: Calls[CallName]['result']): readonly Transferable[] {
  return result && 'bitmap' in result ? [result.bitmap] : [];
}

function announce(runtime: Extract<FromWorker, { kind: 'runtime' }>['runtime']): void {
  post({ kind: 'runtime', runtime });
}

function post(message: FromWorker, transfer: readonly Transferable[] = []): void {
  self.postMessage(message, { transfer: [...transfer] });
}
