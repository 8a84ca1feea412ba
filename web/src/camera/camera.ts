/** Which way a camera looks: away from its owner, or at them. */
export type Facing = 'environment' | 'user';

/** A camera that is on. */
export interface Camera {
  readonly video: HTMLVideoElement;
  /** Whether people expect to see themselves as in a mirror. */
  readonly isMirrored: boolean;
  /** Releases the camera: its light goes out. */
  stop(): void;
}

/**
 * Turns a camera on.
 * @throws one sentence: there is none, it is in use, or it may not be used
 */
export async function openCamera(facing: Facing): Promise<Camera> {
  const video = document.createElement('video');
  const stream = await requestStream(facing);
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  try {
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    await video.play();
  } catch (error) {
    stop();
    throw error;
  }
  const settings = stream.getVideoTracks()[0]?.getSettings();
  return { video, isMirrored: settings?.facingMode !== 'environment', stop };
}

async function requestStream(facing: Facing): Promise<MediaStream> {
  // Older browsers, and pages that are not served securely, have no `mediaDevices`, whatever the types say.
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (!devices) throw new Error('This browser lets a page use the camera only over HTTPS.');
  try {
    return await devices.getUserMedia({
      audio: false,
      video: { facingMode: facing, width: { ideal: 1920 }, height: { ideal: 1080 } },
    });
  } catch (error) {
    throw new Error(explain(error instanceof Error ? error.name : ''), { cause: error });
  }
}

/** Whether there is more than one camera to switch between. */
export async function hasSeveralCameras(): Promise<boolean> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === 'videoinput').length > 1;
}

function explain(name: string): string {
  switch (name) {
    case 'NotAllowedError':
      return 'The camera may not be used by this page. Allow it in the browser’s settings for this site, then try again.';
    case 'NotFoundError':
      return 'No camera was found on this device.';
    case 'NotReadableError':
      return 'The camera cannot be used at the moment: another program may be using it.';
    default:
      return 'The camera could not be started.';
  }
}
