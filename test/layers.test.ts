import { readFile } from 'node:fs/promises';
import { posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { glob } from 'tinyglobby';
import { describe, expect, it } from 'vitest';

/** Who may import whom among the folders of src, and the app in web/src above them: downwards only. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  files: [],
  'graph-builder': [],
  image: ['files'],
  lowering: ['graph-builder'],
  'loss-network': ['lowering', 'graph-builder', 'image', 'files'],
  dataset: ['image', 'files'],
  'style-file': ['lowering', 'graph-builder', 'image', 'files'],
  train: ['dataset', 'loss-network', 'style-file', 'lowering', 'graph-builder', 'image', 'files'],
  evaluate: ['dataset', 'loss-network', 'style-file', 'lowering', 'graph-builder', 'image', 'files'],
  optimize: ['train', 'loss-network', 'lowering', 'graph-builder', 'image', 'files'],
  distillation: ['train', 'dataset', 'loss-network', 'lowering', 'graph-builder', 'image', 'files'],
  report: ['style-file', 'image', 'files'],
  sweep: ['train', 'report', 'style-file', 'files'],
  infer: ['style-file', 'lowering', 'graph-builder', 'image', 'files'],
  export: ['infer', 'style-file', 'lowering', 'graph-builder', 'image', 'files'],
  video: ['image', 'files'],
  cli: [
    'infer',
    'evaluate',
    'train',
    'optimize',
    'distillation',
    'sweep',
    'report',
    'style-file',
    'dataset',
    'loss-network',
    'export',
    'video',
    'lowering',
    'graph-builder',
    'image',
    'files',
  ],
  // Styles are trained in the page too: by the same loop, on the same graphs.
  web: ['train', 'infer', 'dataset', 'loss-network', 'style-file', 'lowering', 'graph-builder', 'image'],
};

/** Packages that only run in Node: files that import them say so in their name. */
const nodeOnly = /^(node:|sharp$|onnxruntime-node$|tinyglobby$|env-paths$)/;

/** What only runs in a browser. */
const browserOnly = /^onnxruntime-web|\.browser\.ts$/;

interface Import {
  /** From src on; the files of web/src as if they lay in src/web. */
  readonly file: string;
  readonly target: string;
}

const source = fileURLToPath(new URL('../src', import.meta.url));
const app = fileURLToPath(new URL('../web/src', import.meta.url));
const imports = [...(await readImports(source)), ...(await readImports(app, 'web'))];

describe('the layers of src', () => {
  it('have imports to hold', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(new Set(imports.map(({ file }) => layerOf(file)))).toEqual(new Set(Object.keys(mayImport)));
  });

  it('import downwards only', () => {
    const upwards = imports.filter(({ file, target }) => {
      if (!target.startsWith('.') || !/\.m?[jt]s$/.test(target)) return false;
      const [from, to] = [layerOf(file), layerOf(placeOf(file, target))];
      return from !== to && !(mayImport[from] ?? []).includes(to);
    });
    expect(upwards).toEqual([]);
  });

  it('have no circle, of types neither', () => {
    const targets = new Map<string, string[]>();
    for (const { file, target } of imports) {
      if (!target.startsWith('.')) continue;
      targets.set(file, [...(targets.get(file) ?? []), placeOf(file, target)]);
    }
    expect(circles(targets)).toEqual([]);
  });

  it('keep onnx-proto in one file', () => {
    const files = imports.filter(({ target }) => target === 'onnx-proto').map(({ file }) => file);
    expect(files).toEqual(['graph-builder/onnx/onnx-file.ts']);
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

  it('keep what needs Node and what needs a browser apart', () => {
    const runsInBrowser = (file: string) => file.endsWith('.browser.ts') || layerOf(file) === 'web';
    const astray = imports.filter(({ file, target }) =>
      runsInBrowser(file) ? nodeOnly.test(target) || target.endsWith('.node.ts') : browserOnly.test(target),
    );
    expect(astray).toEqual([]);
  });
});

describe('benches', () => {
  it('need neither tests nor commands', async () => {
    const bench = await readImports(fileURLToPath(new URL('../bench', import.meta.url)), 'bench');
    expect(bench.length).toBeGreaterThan(50);
    expect(bench.filter(({ target }) => /^(\.\.\/)+(test|src\/cli)\//.test(target))).toEqual([]);
  });
});

/** The files of each circle of imports: whoever can reach itself. */
function circles(targets: ReadonlyMap<string, readonly string[]>): string[] {
  const reaches = (from: string) => {
    const reached = new Set<string>();
    const open = [...(targets.get(from) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(...(targets.get(next) ?? []));
    }
    return reached;
  };
  return [...targets.keys()].filter((file) => reaches(file).has(file));
}

/** Where an import leads: from src on. The app's way into src leads out of web. */
function placeOf(file: string, target: string): string {
  const [, inSource] = layerOf(file) === 'web' ? (/^(?:\.\.\/)+src\/(.*)$/.exec(target) ?? []) : [];
  return inSource ?? posix.join(posix.dirname(file), target);
}

function layerOf(file: string): string {
  return file.split('/', 1)[0] ?? '';
}

async function readImports(folder: string, layer = ''): Promise<readonly Import[]> {
  const files = await glob('**/*.ts', { cwd: folder, absolute: true });
  const found = await Promise.all(
    files.map(async (path) => {
      const text = await readFile(path, 'utf8');
      const file = posix.join(layer, relative(folder, path).replaceAll('\\', '/'));
      return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target = '']) => ({ file, target }));
    }),
  );
  return found.flat();
}
