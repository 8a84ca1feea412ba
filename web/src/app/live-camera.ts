import { type Camera, type Facing, openCamera } from '../camera/camera.ts';
import { type LiveFrame, runLive } from '../camera/live.ts';
import type { PainterClient } from './painter-client.ts';
import type { Store } from './state.ts';

/** The camera's live picture. */
export interface LiveCamera {
  start(facing?: Facing): Promise<void>;
  /** Stops, and releases the camera. */
  stop(): void;
  /** Looks the other way. */
  turn(): Promise<void>;
  /** What the camera sees now at its full size, as a file; undefined if it is off. The camera is released. */
  take(): Promise<File | undefined>;
}

export function createLiveCamera(store: Store, client: PainterClient, onFrame: (frame: LiveFrame) => void): LiveCamera {
  let on: { readonly camera: Camera; readonly controller: AbortController; readonly facing: Facing } | undefined;
  let starts = 0;

  const stop = (): void => {
    starts += 1;
    on?.controller.abort();
    on?.camera.stop();
    on = undefined;
    store.update({ camera: { kind: 'off' } });
  };

  const start = async (facing: Facing = 'environment'): Promise<void> => {
    stop();
    const own = starts;
    store.update({ camera: { kind: 'starting' }, message: undefined });
    try {
      const camera = await openCamera(facing);
      // It may have been stopped while the user was asked.
      if (own !== starts) return camera.stop();
      const controller = new AbortController();
      on = { camera, controller, facing };
      await live(camera, controller.signal);
    } catch (error) {
      if (own !== starts) return;
      stop();
      store.update({ message: { kind: 'error', text: error instanceof Error ? error.message : String(error) } });
    }
  };

  const live = ({ video, isMirrored }: Camera, signal: AbortSignal): Promise<void> =>
    runLive({
      video,
      signal,
      paint: (bitmap) => {
        const { chosen, controls } = store.state;
        if (!chosen) return Promise.resolve(bitmap);
        return client.call('frame', { bitmap, style: chosen, controls }, { transfer: [bitmap] });
      },
      onFrame: (frame) => {
        onFrame(frame);
        const { framesPerSecond, side } = frame;
        store.update({ camera: { kind: 'live', isMirrored, framesPerSecond, side } });
      },
    });

  return {
    start,
    stop,
    turn: () => start(on?.facing === 'environment' ? 'user' : 'environment'),
    take: async () => {
      if (!on) return undefined;
      const { video } = on.camera;
      const canvas = document.createElement('canvas');
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      canvas.getContext('2d')?.drawImage(video, 0, 0);
      stop();
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
      return blob ? new File([blob], 'camera.png', { type: blob.type }) : undefined;
    },
  };
}
