import { encodeThumbnail } from '../image/encode.node.ts';
import type { TrainingConfiguration } from './configuration.ts';
import type { ListFingerprint } from './data/list-fingerprint.ts';
import { exportModel } from './export-model.ts';
import type { CreateSession } from './graph-session.ts';
import { writePreviews } from './previews.node.ts';
import type { RunFolder } from './run-folder.node.ts';
import type { Provenance } from './styles/style-metadata.ts';
import { type Preview, stylizePreviews } from './stylize-previews.ts';
import type { TrainingState } from './training-state.ts';
import type { Validator } from './validation.node.ts';

/** What a run's files are made from besides its state. */
export interface RecordedRun {
  readonly configuration: TrainingConfiguration;
  /** Of the content folder's photographs. */
  readonly fingerprint: ListFingerprint;
  /** What model.onnx says of how it was made. */
  readonly provenance: Provenance;
  /** impasto's version. */
  readonly version: string;
  readonly previews: readonly Preview[];
  readonly validator: Validator | undefined;
  readonly createSession: CreateSession;
  /** Called when a state and all that belongs to it are written. */
  readonly onCheckpoint?: ((step: number) => void) | undefined;
}

/** Writes the states of a training run into its folder, and knows which state is saved there. */
export class RunRecorder {
  /** @param saved the state that the folder's checkpoint holds, if there is one */
  constructor(
    private readonly folder: RunFolder<TrainingConfiguration>,
    private readonly run: RecordedRun,
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

  /** Writes model.onnx and what it makes of the preview photographs, the first of which is its thumbnail. */
  async saveModel(state: TrainingState): Promise<void> {
    const { provenance, version, previews, createSession } = this.run;
    const model = (thumbnail?: string) => exportModel(state, { provenance, version, thumbnail });
    const stylized = await stylizePreviews(previews, model(), createSession);
    const [first] = stylized;
    await this.folder.writeModel(model(first && (await encodeThumbnail(first.picture))));
    await writePreviews(this.folder.path, stylized, state.step);
  }
}
