/** What a model is given by: a name, a path or an address, or the bytes of its file. */
export type ModelSource = string | URL | Uint8Array;

/** What to call a model in errors unless its user says. */
export function nameOfModel(model: ModelSource): string {
  return model instanceof Uint8Array ? 'the model' : String(model);
}

/**
 * The bytes of a model that is fetched from a server.
 * @throws one sentence with the address: nothing answers there, the server answers with an error, or the connection breaks
 */
export async function fetchModel(address: string | URL): Promise<Uint8Array> {
  const { status, ok, body } = await fetchWhole(address).catch((error: Error) => {
    throw new Error(`Expected a model (.onnx) at ${address} but it cannot be fetched: ${reasonOf(error)}`, {
      cause: error,
    });
  });
  if (ok) return body;
  throw new Error(`Expected a model (.onnx) at ${address} but the server answered with ${status}`);
}

async function fetchWhole(address: string | URL) {
  const response = await fetch(address);
  return { status: response.status, ok: response.ok, body: new Uint8Array(await response.arrayBuffer()) };
}

/** Node's fetch says "fetch failed"; what failed is in the cause. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
