import { scopedName } from '../ir/scope.ts';
import { type DataType, elementCount, type Tensor } from '../ir/tensor.ts';
import { constant, type InputValue, input, type Value } from '../ir/value.ts';

/** Where a network takes its parameters from; the name is inside the current scope, such as `weight`. */
export type ParameterSource = (name: string, shape: readonly number[]) => Value;

/** Name and shape of one trainable array. */
export interface ParameterShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Parameters as graph inputs, collected in the order in which the network asks for them; used twice, they are one. */
export function inputParameters(): { readonly source: ParameterSource; readonly inputs: InputValue[] } {
  const inputs: InputValue[] = [];
  const source: ParameterSource = (name, shape) => {
    const fullName = scopedName(name);
    const known = inputs.find((value) => value.name === fullName);
    if (known) return known;
    const value = input(fullName, 'float32', shape);
    inputs.push(value);
    return value;
  };
  return { source, inputs };
}

/**
 * Parameters as named constants of the file.
 * @throws if one is missing or has another shape; the message names it
 */
export function constantParameters<T extends DataType>(tensors: ReadonlyMap<string, Tensor<T>>): ParameterSource {
  return (name, shape) => {
    const fullName = scopedName(name);
    const tensor = tensors.get(fullName);
    if (!tensor) throw new Error(`Expected a parameter ${fullName} of shape [${shape}] but found none`);
    if (tensor.shape.join() !== shape.join() || tensor.data.length !== elementCount(shape)) {
      throw new Error(`Expected the shape [${shape}] for the parameter ${fullName} but received [${tensor.shape}]`);
    }
    return constant(tensor, fullName);
  };
}
