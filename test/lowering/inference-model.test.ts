import { describe, expect, it } from 'vitest';
import { inferenceGraph } from '../../src/graph-builder/networks/inference-network.ts';
import { writeOnnx } from '../../src/graph-builder/onnx/onnx-file.ts';
import { inferenceModel, networkKey, writeInferenceModel } from '../../src/lowering/inference-model.ts';
import { canonicalGraph, storedNetwork } from '../../src/style-file/canonical-graph.ts';
import { expectAllClose } from '../helpers/closeness.ts';
import { runGraph } from '../helpers/run-graph.ts';
import { randomParameters, randomPictures, tinyNetwork } from '../helpers/tiny-network.ts';

const network = { ...tinyNetwork, channels: 16 };
const parameters = randomParameters(network, 1);

describe('the graph of model.onnx', () => {
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

  it.each([16, 32])('is built anew, to the byte, from the file that holds it: %d channels', (channels) => {
    const wider = { ...network, channels };
    const file = writeInferenceModel(wider, randomParameters(wider, 1));
    const again = storedNetwork(file) ?? expect.fail();
    expect(Buffer.compare(writeInferenceModel(again.network, again.parameters), file)).toBe(0);
  });

  it('is not built anew from a file without its options, nor from one that lacks a parameter', () => {
    expect(canonicalGraph(writeOnnx(inferenceModel(network, parameters)))).toBeUndefined();
    const narrower = { ...network, channels: 8 };
    const file = writeOnnx(inferenceModel(network, parameters), { [networkKey]: JSON.stringify(narrower) });
    expect(canonicalGraph(file)).toBeUndefined();
  });
});
