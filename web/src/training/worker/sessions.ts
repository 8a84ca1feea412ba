import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { Runtime } from '../../../../src/infer/open-stylizer.browser.ts';
import type { CreateResidentSession, GraphSession } from '../../../../src/loss-network/objective/graph-session.ts';

/** Sessions of a runtime as the training takes them. */
export function sessionsOf(runtime: Runtime): CreateResidentSession {
  return async (model, residentOutputs) =>
    graphSession(await runtime.createSession(model, { residentOutputs, inBackground: true }));
}

type Tensors = Readonly<Record<string, Tensor>>;

/** onnxruntime-web does not write into tensors in the processor's memory that it is given for outputs: it is done here. */
function graphSession(session: InferenceSession): GraphSession {
  return {
    run: async (feeds, fetches) => {
      if (!fetches) return session.run(feeds);
      const outputs = await session.run(feeds, Object.keys(fetches));
      return Object.fromEntries(
        Object.entries(outputs).map(([name, output]) => [name, written(output, fetches[name])]),
      );
    },
    release: () => session.release(),
  };
}

function written(output: Tensors[string], target: Tensor | null | undefined): Tensor {
  if (!target) return output;
  const [from, to] = [output.data, target.data];
  if (!(from instanceof Float32Array && to instanceof Float32Array)) {
    throw new Error(`Expected outputs of float32 but received ${output.type}`);
  }
  to.set(from);
  return target;
}
