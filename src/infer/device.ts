/** A device that a session runs on: the processor, or a graphics card through CUDA or WebGPU. */
export type ActualDevice = 'cpu' | 'cuda' | 'webgpu';

/** Where sessions run. `auto`: CUDA where its provider is installed and works, otherwise the CPU. */
export type Device = 'auto' | ActualDevice;

/** All of them, for the command line. */
export const devices = ['auto', 'cpu', 'cuda', 'webgpu'] as const satisfies readonly Device[];

/** What becomes of the memory of intermediate results: `kept` for the next run; `returned`, for models that run once. */
export type SessionMemory = 'kept' | 'returned';
