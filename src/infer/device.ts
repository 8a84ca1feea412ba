/** Where sessions run. `auto`: CUDA where its provider is installed and works, otherwise the CPU. */
export const devices = ['auto', 'cpu', 'cuda', 'webgpu'] as const;
export type Device = (typeof devices)[number];

/** A device that a session runs on. */
export type ActualDevice = Exclude<Device, 'auto'>;

/**
 * What becomes of the memory of intermediate results after a run. `planned`: kept, in one piece laid out beforehand;
 * `reused`: kept, piece by piece as it was needed, which takes less; `returned`: given back, for models that run once.
 */
export type SessionMemory = 'planned' | 'reused' | 'returned';
