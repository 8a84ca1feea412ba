import { describe, expect, it } from 'vitest';
import { inferenceGraph } from '../../src/graph-builder/networks/inference-network.ts';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { readGraph } from '../../src/graph-builder/onnx/read-graph.ts';
import { fasterForm, writtenForm } from '../../src/lowering/faster-form.ts';
import { inferenceModel } from '../../src/lowering/inference-model.ts';
import { shareConstants } from '../../src/lowering/shared-constants.ts';
import { expectAllClose } from '../helpers/closeness.ts';
import { runGraph } from '../helpers/run-graph.ts';
import { randomParameters, randomPictures, tinyNetwork } from '../helpers/tiny-network.ts';

const network = { ...tinyNetwork, channels: 16 };
const parameters = randomParameters(network, 1);

describe('fasterForm', () => {
  it('paints what the network does, on sides that are no multiples of four', async () => {
    const image = randomPictures(1, 38, 27);
    const [plain, faster] = await Promise.all([
      runGraph(inferenceGraph(network, parameters), { image }),
      runGraph(inferenceModel(network, parameters), { image }),
    ]);
    expectAllClose(faster, plain, 1e-5);
  });

  it('takes no more of the disk than the network as it was', () => {
    const sizeOf = (graph: Parameters<typeof writeOnnx>[0]) => writeOnnx(graph).length;
    expect(sizeOf(inferenceModel(network, parameters)) / sizeOf(inferenceGraph(network, parameters))).toBeLessThan(
      1.02,
    );
  });

  it.each([16, 32])('changes nothing when done twice, also to a graph that was read back: %d channels', (channels) => {
    const wider = { ...network, channels };
    const file = writeOnnx(inferenceModel(wider, randomParameters(wider, 1)));
    const again = shareConstants(writtenForm(fasterForm(readGraph(file))));
    expect(Buffer.compare(writeOnnx(again), file)).toBe(0);
  });
});
