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

/** Runs a function under a whole path, in place of the scopes now open: for what takes the place of a node made before. */
export function atScope<Result>(whole: string, build: () => Result): Result {
  const opened = path.splice(0, path.length, whole);
  try {
    return build();
  } finally {
    path.splice(0, path.length, ...opened);
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
