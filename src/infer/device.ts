/** Where sessions run. `auto`: CUDA where its provider is installed and works, otherwise the CPU. */
export const devices = ['auto', 'cpu', 'cuda', 'webgpu'] as const;
export type Device = (typeof devices)[number];

/** A device that a session runs on. */
export type ActualDevice = Exclude<Device, 'auto'>;
