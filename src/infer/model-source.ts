/** What a model is given by: a name, a path or an address, or the bytes of its file. */
export type ModelSource = string | URL | Uint8Array | ArrayBuffer;

/**
 * The bytes of a model that is given by them; undefined if it is given by a name, a path or an address.
 * @throws if it is none of these, as may come from JavaScript
 */
export function givenBytes(model: ModelSource): Uint8Array | undefined {
  if (model instanceof Uint8Array) return model;
  if (model instanceof ArrayBuffer) return new Uint8Array(model);
  if (typeof model === 'string' || model instanceof URL) return undefined;
  throw new Error(`Expected a model by its name, address or bytes but received ${kindOf(model)}`);
}

function kindOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? `an object of ${value.constructor.name}` : String(value);
}

/** What to call a model in errors unless its user says. */
export function nameOfModel(model: ModelSource): string {
  return typeof model === 'string' || model instanceof URL ? String(model) : 'the model';
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
