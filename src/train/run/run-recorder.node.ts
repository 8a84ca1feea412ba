import type { ListFingerprint } from '../../dataset/list-fingerprint.ts';
import type { TrainingState } from '../training-state.ts';
import type { RunFolder } from './run-folder.node.ts';
import type { Validator } from './validation.node.ts';

/** What a run's files are made from besides its state. */
export interface RecordedRun<Configuration> {
  readonly configuration: Configuration;
  /** Of the content folder's photographs. */
  readonly fingerprint: ListFingerprint;
  readonly validator: Validator | undefined;
  /** Writes the run's model into its folder. */
  readonly saveModel: (folder: string, state: TrainingState) => Promise<void>;
  /** Called when a state and all that belongs to it are written. */
  readonly onCheckpoint?: ((step: number) => void) | undefined;
}

/** Writes the states of a training run into its folder, and knows which state is saved there. */
export class RunRecorder<Configuration> {
  /** @param saved the state that the folder's checkpoint holds, if there is one */
  constructor(
    private readonly folder: RunFolder<Configuration>,
    private readonly run: RecordedRun<Configuration>,
    private saved: TrainingState | undefined,
  ) {}

  /** The step of the last checkpoint; undefined if there is none. */
  get savedStep(): number | undefined {
    return this.saved?.step;
  }

  /**
   * Writes a state's validation figures, model, previews and checkpoint, unless it is saved already. The checkpoint is the
   * last, so that whoever resumes from it finds the others; it is written too if one of the others cannot be.
   */
  async save(state: TrainingState): Promise<void> {
    if (state === this.saved) return;
    try {
      const result = await this.run.validator?.(state);
      if (result) await this.folder.appendValidation(result);
      await this.saveModel(state);
    } finally {
      await this.saveCheckpoint(state);
    }
    this.run.onCheckpoint?.(state.step);
  }

  async saveCheckpoint(state: TrainingState): Promise<void> {
    const { configuration, fingerprint } = this.run;
    await this.folder.writeCheckpoint({ state, configuration, photographs: fingerprint });
    this.saved = state;
  }

  async saveModel(state: TrainingState): Promise<void> {
    await this.run.saveModel(this.folder.path, state);
  }
}
