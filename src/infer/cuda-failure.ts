/** Fetches ONNX Runtime's CUDA provider, which is not in the npm package (docs/cuda.md). */
export const installCommand = 'node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install';

/** What was missing, and how to get it. */
interface Diagnosis {
  readonly missing: string;
  readonly remedy: string;
}

type Rule = readonly [pattern: RegExp, diagnose: (captured: string) => Diagnosis];

const fetchProvider = `run ${installCommand}`;
const installLibraries = 'install CUDA 13 and cuDNN 9 where the loader finds them';
const lookAtDriver = 'run nvidia-smi to see the driver and its GPUs';
const driverRemedy = `install NVIDIA's driver of release 580 or later, and ${lookAtDriver}`;

/**
 * What the runtime, the loader and CUDA say, and what it means; the first that fits counts. The messages are those of
 * ONNX Runtime's provider_bridge_ort.cc and cuda_call.cc, of glibc's loader, and of cudaGetErrorString.
 */
const rules: readonly Rule[] = [
  [
    /undefined symbol: (cu[A-Z]\w*)/,
    (symbol) => ({ missing: `the NVIDIA driver is too old: it has no ${symbol}`, remedy: driverRemedy }),
  ],
  [
    /undefined symbol: (cu(?:da|blas|rand|dnn)\w*)/,
    (symbol) => ({
      missing: `CUDA's or cuDNN's libraries are of another version: they have no ${symbol}`,
      remedy: installLibraries,
    }),
  ],
  [
    /(libonnxruntime_providers_\w+\.so): (?:cannot open|undefined symbol|symbol )/,
    (library) => ({ missing: `${library} is missing or of another version of ONNX Runtime`, remedy: fetchProvider }),
  ],
  [
    /(provider is not enabled in this build)/,
    () => ({ missing: 'this build of ONNX Runtime has none', remedy: fetchProvider }),
  ],
  [
    /version `(GLIBC\w*_[\d.]+)' not found/,
    (version) => ({ missing: `the system's C library has no ${version}`, remedy: 'use a newer Linux' }),
  ],
  [
    /(libcuda\.so[.\d]*): cannot open/,
    (library) => ({ missing: `the driver's ${library} is not found`, remedy: driverRemedy }),
  ],
  [
    /(libcudnn\w*\.so[.\d]*)/,
    (library) => ({ missing: `cuDNN's ${library} is not found or does not fit`, remedy: installLibraries }),
  ],
  [
    /(lib[\w+-]+\.so[.\d]*): cannot open shared object file/,
    (library) => ({ missing: `CUDA's ${library} is not found`, remedy: installLibraries }),
  ],
  [
    /(lib[\w+-]+\.so[.\d]*): (?:undefined symbol|symbol \w+)/,
    (library) => ({
      missing: `${library} is of another version than the libraries beside it`,
      remedy: installLibraries,
    }),
  ],
  [
    /cuDNN (library was not found|is not available)/,
    (what) => ({ missing: `cuDNN ${what}`, remedy: installLibraries }),
  ],
  [/(CUDNN_STATUS_\w+)/, (status) => ({ missing: `cuDNN could not be used (${status})`, remedy: installLibraries })],
  [
    /(driver version is insufficient)/,
    () => ({ missing: 'the NVIDIA driver is too old for CUDA 13 or missing', remedy: driverRemedy }),
  ],
  [/(no CUDA-capable device is detected|invalid device ordinal)/, (what) => ({ missing: what, remedy: lookAtDriver })],
  [
    /(no kernel image is available)/,
    () => ({ missing: 'the GPU is of a generation that the provider has no code for', remedy: lookAtDriver }),
  ],
  [
    /(out of memory|Failed to allocate memory)/,
    () => ({ missing: "the GPU's memory is not enough", remedy: 'set a smaller --batch or --size' }),
  ],
];

/**
 * One sentence for why a session could not be made on CUDA: it names the library, or what else is missing, and what to do.
 * @param reason what the runtime or the system's loader said
 * @returns undefined if the reason has nothing to do with CUDA
 */
export function explainCudaFailure(reason: string): string | undefined {
  for (const [pattern, diagnose] of rules) {
    const match = pattern.exec(reason);
    if (match) return sentence(diagnose(match[1] ?? ''));
  }
  if (!/shared library|LoadLibrary|CUDA|cudnn|cublas/i.test(reason)) return undefined;
  return sentence({ missing: `it could not be used (${firstLine(reason)})`, remedy: installLibraries });
}

function sentence({ missing, remedy }: Diagnosis): string {
  return (
    `Expected ONNX Runtime's CUDA provider with CUDA 13 and cuDNN 9 for --device cuda but ${missing}: ` +
    `${remedy} (docs/cuda.md), or use --device cpu`
  );
}

/** The first line of a message: what follows is the runtime's own trace. */
export function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
