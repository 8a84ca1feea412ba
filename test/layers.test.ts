import { readFile } from 'node:fs/promises';
import { posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { glob } from 'tinyglobby';
import { describe, expect, it } from 'vitest';

/** Who may import whom among the folders of src: downwards only. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'graph-builder': [],
  image: [],
  'style-images': ['image'],
  train: ['graph-builder', 'image'],
  infer: ['image'],
  library: ['infer', 'graph-builder', 'image'],
  export: ['graph-builder', 'image', 'infer'],
  video: ['image'],
  cli: ['library', 'train', 'infer', 'export', 'video', 'graph-builder', 'image', 'style-images'],
};

/** Packages that only run in Node: files that import them say so in their name. */
const nodeOnly = /^(node:|sharp$|onnxruntime-node$|tinyglobby$|env-paths$)/;

interface Import {
  readonly file: string;
  readonly target: string;
}

const source = fileURLToPath(new URL('../src', import.meta.url));
const imports = await readImports();

describe('the layers of src', () => {
  it('have imports to hold', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(new Set(imports.map(({ file }) => layerOf(file)))).toEqual(new Set(Object.keys(mayImport)));
  });

  it('import downwards only', () => {
    const upwards = imports.filter(({ file, target }) => {
      if (!target.startsWith('.')) return false;
      const [from, to] = [layerOf(file), layerOf(posix.join(posix.dirname(file), target))];
      return from !== to && !(mayImport[from] ?? []).includes(to);
    });
    expect(upwards).toEqual([]);
  });

  it('keep onnx-proto in one file', () => {
    const files = imports.filter(({ target }) => target === 'onnx-proto').map(({ file }) => file);
    expect(files).toEqual(['graph-builder/serialise/onnx-file.ts']);
  });

  it('keep flatbuffers in one file', () => {
    const files = imports.filter(({ target }) => target === 'flatbuffers').map(({ file }) => file);
    expect(files).toEqual(['graph-builder/ort-training/checkpoint.ts']);
  });

  it('name the files that need Node', () => {
    const unnamed = imports.filter(
      ({ file, target }) => nodeOnly.test(target) && !file.endsWith('.node.ts') && layerOf(file) !== 'cli',
    );
    expect(unnamed).toEqual([]);
  });
});

function layerOf(file: string): string {
  return file.split('/', 1)[0] ?? '';
}

async function readImports(): Promise<readonly Import[]> {
  const files = await glob('**/*.ts', { cwd: source, absolute: true });
  const found = await Promise.all(
    files.map(async (path) => {
      const text = await readFile(path, 'utf8');
      const file = relative(source, path).replaceAll('\\', '/');
      return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target = '']) => ({ file, target }));
    }),
  );
  return found.flat();
}
