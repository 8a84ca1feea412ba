import { floatTensor } from '../../src/graph-builder/ir/tensor.ts';
import { inferenceGraph } from '../../src/graph-builder/networks/inference-network.ts';
import { transformNetworkParameters } from '../../src/graph-builder/networks/transform-network.ts';
import { writeOnnx } from '../../src/graph-builder/serialise/onnx-file.ts';
import { createSession } from '../../src/infer/session.node.ts';
import { toOrtTensor } from '../../src/train/graph-session.ts';
import { initialState, parameterValues } from '../../src/train/training-state.ts';
import { alternate, median, ratio, timed } from '../measure.ts';
import { ReferenceProcess } from '../reference-process.ts';

export interface InferOptions {
  readonly channels: number;
  readonly threads: number;
  readonly runs: number;
  readonly python: string;
}

const pictures = [
  { width: 512, height: 512 },
  { width: 1920, height: 1080 },
] as const;

/** The transform network on one picture: our model.onnx on ONNX Runtime against PyTorch, in turn in one run. */
export async function benchInfer({ channels, threads, runs, python }: InferOptions): Promise<object> {
  const network = { channels, upsampling: 'resize', padding: 'reflect', output: 'tanh' } as const;
  const parameters = parameterValues(initialState(transformNetworkParameters(network), 1));
  const { session } = await createSession(writeOnnx(inferenceGraph(network, parameters)), { device: 'cpu', threads });
  const results: object[] = [];
  for (const { width, height } of pictures) {
    const data = new Float32Array(3 * width * height).map(() => Math.random() * 255);
    const image = toOrtTensor(floatTensor([1, 3, height, width], data));
    const parameters = { channels, height, width, threads };
    const plain = new ReferenceProcess('infer/torch_infer.py', 'plain', parameters, python);
    const tuned = new ReferenceProcess('infer/torch_infer.py', 'tuned', parameters, python);
    const [{ torch }] = await Promise.all([plain.ready(), tuned.ready()]);
    const systems = [() => timed(() => session.run({ image })), () => plain.step(), () => tuned.step()];
    const [ours = [], ofPlain = [], ofTuned = []] = await alternate(runs, 1, systems);
    plain.quit();
    tuned.quit();
    results.push({
      ...{ width, height, torch, seconds: median(ours) },
      plainPyTorch: { seconds: median(ofPlain), ratio: ratio(ours, ofPlain) },
      tunedPyTorch: { seconds: median(ofTuned), ratio: ratio(ours, ofTuned) },
    });
  }
  await session.release();
  return { bench: 'infer', channels, threads, runs, results };
}
