const path: string[] = [];

/** Runs a function under a name: parameters, nodes and error messages made inside it carry the dotted path of names. */
export function inScope<Result>(name: string, build: () => Result): Result {
  path.push(name);
  try {
    return build();
  } finally {
    path.pop();
  }
}

/** The dotted path of the scopes now open, '' outside of any. */
export function currentScope(): string {
  return path.join('.');
}

/** A name inside the current scope: `weight` in `residual.3.conv1` is `residual.3.conv1.weight`. */
export function scopedName(name: string): string {
  return path.length === 0 ? name : `${currentScope()}.${name}`;
}
